import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Problem, RecordedCall, Recorder } from '../clients/call.js';
import type { Customer } from '../customers.js';
import { findExtra } from '../extras.js';
import type { Shop } from '../shop.js';
import { settle } from '../settling.js';
import { addAction, HOME, refusal, type Act, type Outcome } from './action.js';

/** The shop's own checkout, and the way from it into the upsells. */
export function addPurchaseRoutes(fastify: FastifyInstance, shop: Shop): void {
  addAction(fastify, shop, '/buy', (act) => buy(shop, act));

  fastify.get('/return/purchase', (request: FastifyRequest<{ Querystring: { checkout?: string } }>, reply) =>
    comeBack(shop, request, reply),
  );

  fastify.get('/return/shop', async (request, reply) => {
    await settle(shop.uplift, shop.sandbox);
    const { session, texts } = shop.visitOf(request, reply);
    session.notice = { kind: 'done', text: texts.notices.bought };
    return reply.redirect(HOME, 303);
  });
}

async function buy(shop: Shop, { customer, form, language, record }: Act): Promise<Outcome> {
  const extra = findExtra(form.get('extra') ?? '');
  if (!extra) return { location: HOME };
  const prices = await shop.provider.findPrices([extra.lookupKey], record);
  if (!prices.ok) return refusal(prices.problem);
  const customerId = await ensureCustomer(shop, customer, record);
  if (typeof customerId !== 'string') return refusal(customerId);
  const checkout = await shop.provider.createCheckout(
    {
      customerId,
      priceId: prices.body.data[0]?.id ?? '',
      methods: extra.methods,
      successUrl: `${shop.origin}/return/purchase?checkout={CHECKOUT_SESSION_ID}`,
      cancelUrl: `${shop.origin}/return/checkout?left=yes`,
      locale: language,
    },
    record,
  );
  return checkout.ok ? { location: checkout.body.url } : refusal(checkout.problem);
}

/** Uplift must know whose customer pays; a subscription's checkout may have made one already. */
async function ensureCustomer(shop: Shop, customer: Customer, record: Recorder): Promise<string | Problem> {
  const known = await shop.uplift.putUser(customer, record);
  if (!known.ok) return known.problem;
  if (known.body.payment_provider_customer_id) return known.body.payment_provider_customer_id;
  const created = await shop.provider.createCustomer(customer, record);
  if (!created.ok) return created.problem;
  const linked = await shop.uplift.putUser(customer, record, created.body.id);
  return linked.ok ? created.body.id : linked.problem;
}

/**
 * The customer comes back from the checkout: the sale is claimed at once instead of waiting for the provider's event, and
 * Uplift says where to go. A payment that takes time (Pix) becomes a sale when the money is there.
 */
async function comeBack(
  shop: Shop,
  request: FastifyRequest<{ Querystring: { checkout?: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { session, customer, language, texts } = shop.visitOf(request, reply);
  if (!customer) return reply.redirect(HOME, 303);
  const calls: RecordedCall[] = [];
  session.calls = calls;
  const order = { checkoutId: request.query.checkout ?? '', language, returnUrl: `${shop.origin}/return/shop` };
  const sale = await shop.uplift.claimSale(customer, order, (call) => void calls.push(call));
  if (sale.ok) return reply.redirect(sale.body.upsell?.url ?? sale.body.thank_you_url, 303);
  const { status, code, message } = sale.problem;
  session.notice =
    code === 'payment_not_paid'
      ? { kind: 'information', text: texts.notices.paymentOpen }
      : { kind: 'error', text: message, problem: { status, code } };
  return reply.redirect(HOME, 303);
}
