import { Inject, Injectable } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { PublicAddress } from '../../public-address.js';
import { requirePixCurrency, requirePixLifetime } from '../billing/pix-payments.js';
import { newId } from '../objects/identifiers.js';
import { toCheckoutSession, toLineItems } from '../objects/checkout-objects.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { CheckoutSession, Price } from '../objects/wire-types.js';
import { CheckoutSessions } from '../pages/checkout-sessions.js';
import { paginate } from '../wire/list.js';
import { applyMetadata, fields, isInRange, pagination, type ValueOf } from '../wire/parameters.js';
import { invalidRequest, missingParameter } from '../wire/stripe-error.js';
import * as parameters from './checkout.parameters.js';
import { operation, type Operation, type OperationSource } from './operation.js';
import { CatalogueOperations } from './catalogue.operations.js';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

type Creation = ValueOf<typeof parameters.creation>;

@Injectable()
export class CheckoutOperations implements OperationSource {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(PublicAddress) private readonly address: PublicAddress,
    @Inject(CatalogueOperations) private readonly catalogue: CatalogueOperations,
    @Inject(CheckoutSessions) private readonly sessions: CheckoutSessions,
  ) {}

  operations(): Operation[] {
    const path = '/v1/checkout/sessions';
    const get = (id: string): CheckoutSession => this.store.get('checkout.session', id);
    return [
      operation('POST', path, parameters.creation, ({ params }) => this.create(params)),
      operation('GET', `${path}/:id`, fields({}), ({ id }) => get(id)),
      operation('GET', `${path}/:id/line_items`, fields(pagination), ({ id, params }) =>
        paginate(toLineItems(this.store, get(id).id), params, `${path}/${id}/line_items`),
      ),
      operation('POST', `${path}/:id/expire`, fields({}), ({ id }) => this.sessions.expire(get(id))),
      operation('GET', path, parameters.list, ({ params }) => {
        const sessions = this.store
          .newestFirst('checkout.session')
          .filter(
            (session) =>
              session.customer === (params.customer ?? session.customer) &&
              session.subscription === (params.subscription ?? session.subscription) &&
              session.payment_intent === (params.payment_intent ?? session.payment_intent) &&
              session.status === (params.status ?? session.status) &&
              isInRange(session.created, params.created),
          );
        return paginate(sessions, params, path);
      }),
    ];
  }

  private create(params: Creation): CheckoutSession {
    const { mode, success_url: successUrl } = params;
    if (!mode) throw missingParameter('mode');
    if (!params.line_items?.length) throw missingParameter('line_items');
    if (!successUrl) throw missingParameter('success_url');
    if (params.customer && params.customer_email)
      throw invalidRequest('You may only specify one of these parameters: customer, customer_email.', 'customer');
    if (params.customer) this.store.get('customer', params.customer, 'customer');
    const items = params.line_items.map((item, index) => ({
      id: newId('checkout_item'),
      price: this.priceOf(item, index, mode).id,
      quantity: item.quantity ?? 1,
    }));
    const now = this.clock.seconds();
    const id = newId('checkout_session');
    const prices = items.map(({ price }) => this.store.get('price', price));
    const currency = prices[0]!.currency;
    requireLifetime(params.expires_at, now);
    requirePix(params, currency);
    const session = toCheckoutSession({
      id,
      now,
      mode,
      url: `${this.address.url}/c/pay/${id}`,
      amount: items.reduce((sum, { quantity }, index) => sum + (prices[index]!.unit_amount ?? 0) * quantity, 0),
      currency,
      methods: params.allowed_payment_method_types ?? null,
      customer: params.customer ?? null,
      customerEmail: params.customer_email ?? null,
      clientReferenceId: params.client_reference_id ?? null,
      successUrl,
      cancelUrl: params.cancel_url ?? null,
      expiresAt: params.expires_at ?? now + DAY,
      metadata: applyMetadata({}, params.metadata),
      locale: params.locale ?? null,
    });
    const data = params.subscription_data;
    const trialEnd = data?.trial_end ?? (data?.trial_period_days ? now + data.trial_period_days * DAY : null);
    if (params.customer_creation) session.customer_creation = params.customer_creation;
    if (trialEnd !== null) Object.assign(session, { amount_subtotal: 0, amount_total: 0 });
    return this.sessions.open(session, {
      id,
      items,
      metadata: applyMetadata({}, mode === 'subscription' ? data?.metadata : params.payment_intent_data?.metadata),
      description: data?.description ?? params.payment_intent_data?.description ?? null,
      trialEnd,
      billingMode: data?.billing_mode?.type ?? 'flexible',
      setupFutureUsage: params.payment_intent_data?.setup_future_usage ?? null,
      cardSetup: params.payment_method_options?.card?.setup_future_usage ?? null,
      pixSeconds: params.payment_method_options?.pix?.expires_after_seconds ?? null,
      refusal: null,
    });
  }

  private priceOf(item: ValueOf<typeof parameters.lineItem>, index: number, mode: 'payment' | 'subscription'): Price {
    if (!item.price && !item.price_data) throw missingParameter(`line_items[${index}][price]`);
    const price = item.price
      ? this.store.get('price', item.price, `line_items[${index}][price]`)
      : this.catalogue.createPrice({ ...item.price_data!, active: false });
    if (mode === 'subscription' && price.recurring === null)
      throw invalidRequest(
        'You must provide at least one recurring price in `subscription` mode when using prices.',
        'line_items',
      );
    if (mode === 'payment' && price.recurring !== null)
      throw invalidRequest(
        'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.',
        'line_items',
      );
    return price;
  }
}

/** https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-expires_at */
function requireLifetime(expiresAt: number | undefined, now: number): void {
  if (expiresAt === undefined || (expiresAt >= now + 30 * MINUTE && expiresAt <= now + DAY)) return;
  throw invalidRequest(
    expiresAt < now + 30 * MINUTE
      ? 'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.'
      : 'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.',
    'expires_at',
  );
}

function requirePix(params: Creation, currency: string): void {
  const seconds = params.payment_method_options?.pix?.expires_after_seconds;
  if (seconds !== undefined) requirePixLifetime(seconds, 'payment_method_options[pix][expires_after_seconds]');
  if (!params.allowed_payment_method_types?.includes('pix')) return;
  requirePixCurrency(currency);
  if (params.mode === 'subscription')
    throw invalidRequest('`pix` cannot be used in `subscription` mode.', 'allowed_payment_method_types');
  if (params.payment_intent_data?.setup_future_usage)
    throw invalidRequest(
      '`pix` cannot be used with `payment_intent_data[setup_future_usage]`. Use `payment_method_options[card][setup_future_usage]` to save cards alone.',
      'payment_intent_data[setup_future_usage]',
    );
}
