import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Problem, RecordedCall, Recorder } from '../clients/call.js';
import type { Customer } from '../customers.js';
import { findExtra } from '../extras.js';
import type { ProviderId } from '../providers.js';
import type { Shop } from '../shop.js';
import { settle } from '../settling.js';
import { addAction, done, HOME, refusal, type Act, type Outcome } from './action.js';

const PAID = 200;

/** The shop's own checkout, and the way from it into the upsells. */
export function addPurchaseRoutes(fastify: FastifyInstance, shop: Shop): void {
  addAction(fastify, shop, '/buy', (act) => buy(shop, act));
  addAction(fastify, shop, '/cross-sell', (act) => crossSell(shop, act));

  fastify.get('/return/purchase', (request: FastifyRequest<{ Querystring: { order?: string } }>, reply) =>
    comeBack(shop, request, reply),
  );

  fastify.get('/return/shop', async (request, reply) => {
    await settle(shop.uplift, shop.sandbox);
    const { session, texts } = shop.visitOf(request, reply);
    session.notice = { kind: 'done', text: texts.notices.bought };
    return reply.redirect(HOME, 303);
  });
}

async function buy(shop: Shop, { session, customer, form, language, record }: Act): Promise<Outcome> {
  const extra = findExtra(form.get('extra') ?? '');
  const provider = shop.providers[session.provider];
  if (!extra) return { location: HOME };
  const prices = await provider.findPrices([extra.lookupKey], record);
  if (!prices.ok) return refusal(prices.problem);
  const customerId = await ensureCustomer(shop, session.provider, customer, record);
  if (typeof customerId !== 'string') return refusal(customerId);
  const order = randomUUID();
  const checkout = await provider.openCheckout(
    {
      customerId,
      priceId: prices.body[0]?.id ?? '',
      methods: provider.methodsOf(extra.methods),
      successUrl: `${shop.origin}/return/purchase?order=${order}`,
      cancelUrl: `${shop.origin}/return/checkout?left=yes`,
      language,
    },
    record,
  );
  if (!checkout.ok) return refusal(checkout.problem);
  session.orders.set(order, { provider: session.provider, checkoutId: checkout.body.checkoutId });
  return { location: checkout.body.url };
}

/** One click where Uplift finds a saved card that can be charged; else the provider's checkout. */
async function crossSell(shop: Shop, { session, api, form, texts }: Act): Promise<Outcome> {
  const back = `${shop.origin}/return/shop`;
  const ways = { success: back, cancel: `${shop.origin}/return/checkout?left=yes` };
  // A button that is pressed again after this one has answered means it: each press has a key of its own.
  const sale = await api.crossSell(form.get('offer') ?? '', session.provider, ways, randomUUID());
  if (!sale.ok) return refusal(sale.problem);
  if (sale.body.checkout_url) return { location: sale.body.checkout_url };
  await settle(shop.uplift, shop.sandbox);
  if (sale.status === PAID) return done(texts.notices.crossSold);
  return { location: HOME, notice: { kind: 'information', text: texts.notices.paymentOpen } };
}

/** Uplift must know whose customer pays; a subscription's checkout may have made one already. */
async function ensureCustomer(
  shop: Shop,
  provider: ProviderId,
  customer: Customer,
  record: Recorder,
): Promise<string | Problem> {
  const known = await shop.uplift.putUser(customer, record);
  if (!known.ok) return known.problem;
  const { payment_provider_customer_id: stripeCustomer } = known.body;
  if (provider === 'stripe' && stripeCustomer) return stripeCustomer;
  const ensured = await shop.providers[provider].ensureCustomer(customer, record);
  if (!ensured.ok) return ensured.problem;
  const linked = await shop.uplift.putUser(customer, record, { provider, customerId: ensured.body });
  return linked.ok ? ensured.body : linked.problem;
}

/**
 * The customer comes back from the checkout: the sale is claimed at once instead of waiting for the provider's event, and
 * Uplift says where to go. A payment that takes time (Pix) becomes a sale when the money is there.
 */
async function comeBack(
  shop: Shop,
  request: FastifyRequest<{ Querystring: { order?: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { session, customer, language, texts } = shop.visitOf(request, reply);
  const opened = session.orders.get(request.query.order ?? '');
  if (!customer || !opened) return reply.redirect(HOME, 303);
  const calls: RecordedCall[] = [];
  session.calls = calls;
  const order = { ...opened, language, returnUrl: `${shop.origin}/return/shop` };
  const sale = await shop.uplift.claimSale(customer, order, (call) => void calls.push(call));
  if (sale.ok) return reply.redirect(sale.body.upsell?.url ?? sale.body.thank_you_url, 303);
  const { status, code, message } = sale.problem;
  session.notice =
    code === 'payment_not_paid'
      ? { kind: 'information', text: texts.notices.paymentOpen }
      : { kind: 'error', text: message, problem: { status, code } };
  return reply.redirect(HOME, 303);
}
