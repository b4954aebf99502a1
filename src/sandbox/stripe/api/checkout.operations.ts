import { Inject, Injectable } from '@nestjs/common';
import type { Stripe } from 'stripe';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { PublicAddress } from '../../public-address.js';
import { newId } from '../objects/identifiers.js';
import { toCheckoutSession } from '../objects/checkout-objects.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { CheckoutSession, Price } from '../objects/wire-types.js';
import { CheckoutSessions } from '../pages/checkout-sessions.js';
import { paginate } from '../wire/list.js';
import {
  applyMetadata,
  either,
  fields,
  flag,
  integer,
  isInRange,
  listOf,
  metadata,
  oneOf,
  pagination,
  range,
  text,
  webAddress,
  type Rule,
  type ShapeOf,
  type ValueOf,
} from '../wire/parameters.js';
import { invalidRequest, missingParameter } from '../wire/stripe-error.js';
import { operation, type Operation, type OperationSource } from './operation.js';
import { CatalogueOperations } from './catalogue.operations.js';

const DAY = 24 * 3600;

/** Gone since 2026-09-30.endive: https://docs.stripe.com/changelog/endive */
export const noLongerSupported: Rule<never> = {
  read: (_raw, path) => {
    throw invalidRequest(
      `The \`${path}\` parameter is no longer supported. Use \`allowed_payment_method_types\` instead.`,
      path,
      'payment_method_types_no_longer_supported',
    ).notRemembered();
  },
};

const lineItem = fields({
  price: text,
  quantity: integer,
  price_data: fields(
    {
      currency: text,
      unit_amount: integer,
      product: text,
      product_data: fields({ name: text, description: text, metadata }, ['name']),
      recurring: fields({ interval: oneOf('day', 'week', 'month', 'year'), interval_count: integer }, ['interval']),
    },
    ['currency'],
  ),
} satisfies ShapeOf<Stripe.Checkout.SessionCreateParams.LineItem>);

const creation = fields({
  mode: oneOf('payment', 'subscription'),
  line_items: listOf(lineItem),
  success_url: either(webAddress, text),
  cancel_url: webAddress,
  customer: text,
  customer_email: text,
  customer_creation: oneOf('always', 'if_required'),
  client_reference_id: text,
  metadata,
  subscription_data: fields({
    metadata,
    description: text,
    trial_period_days: integer,
    trial_end: integer,
    billing_mode: fields({ type: oneOf('classic', 'flexible') }),
  } satisfies ShapeOf<Stripe.Checkout.SessionCreateParams.SubscriptionData>),
  payment_intent_data: fields({
    metadata,
    description: text,
    setup_future_usage: oneOf('on_session', 'off_session'),
  } satisfies ShapeOf<Stripe.Checkout.SessionCreateParams.PaymentIntentData>),
  payment_method_collection: oneOf('always', 'if_required'),
  allowed_payment_method_types: listOf(text),
  allow_promotion_codes: flag,
  billing_address_collection: oneOf('auto', 'required'),
  expires_at: integer,
  locale: text,
  ui_mode: oneOf('hosted_page'),
} satisfies ShapeOf<Stripe.Checkout.SessionCreateParams>);
const creationWithOldName: typeof creation = {
  read: (raw, path) => {
    if (typeof raw !== 'string' && raw.payment_method_types !== undefined)
      noLongerSupported.read(raw.payment_method_types, 'payment_method_types');
    return creation.read(raw, path);
  },
};
const list = fields({
  ...pagination,
  customer: text,
  subscription: text,
  payment_intent: text,
  status: oneOf('open', 'complete', 'expired'),
  created: range,
} satisfies ShapeOf<Stripe.Checkout.SessionListParams>);

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
      operation('POST', path, creationWithOldName, ({ params }) => this.create(params)),
      operation('GET', `${path}/:id`, fields({}), ({ id }) => get(id)),
      operation('POST', `${path}/:id/expire`, fields({}), ({ id }) => this.sessions.expire(get(id))),
      operation('GET', path, list, ({ params }) => {
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

  private create(params: ValueOf<typeof creation>): CheckoutSession {
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
    const session = toCheckoutSession({
      id,
      now,
      mode,
      url: `${this.address.url}/c/pay/${id}`,
      amount: items.reduce((sum, { quantity }, index) => sum + (prices[index]!.unit_amount ?? 0) * quantity, 0),
      currency: prices[0]!.currency,
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
    if (trialEnd !== null) Object.assign(session, { amount_subtotal: 0, amount_total: 0 });
    return this.sessions.open(session, {
      id,
      items,
      metadata: applyMetadata({}, mode === 'subscription' ? data?.metadata : params.payment_intent_data?.metadata),
      description: data?.description ?? params.payment_intent_data?.description ?? null,
      trialEnd,
      billingMode: data?.billing_mode?.type ?? 'flexible',
      setupFutureUsage: params.payment_intent_data?.setup_future_usage ?? null,
    });
  }

  private priceOf(item: ValueOf<typeof lineItem>, index: number, mode: 'payment' | 'subscription'): Price {
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
