import { randomUUID } from 'node:crypto';
import type { Stripe } from 'stripe';
import type { ListedPage, ListedSubscription, MoneyList } from '../domain/listing.js';
import type { MoneyFact, PaymentFact } from '../domain/payment-facts.js';
import { UnreadablePayloadError } from '../domain/provider-event.js';
import { listedOrigin, toMoneyPage } from '../payload/listed-page.js';
import type { Normalised } from '../payload/normalised.js';
import { optionalTimeAt, toJson, tryRead, UnexpectedShapeError } from '../payload/read-json.js';
import { normaliseCheckout } from './normalise/checkout.js';
import { normalisePayment } from './normalise/payment.js';
import { normaliseDispute, normaliseRefund } from './normalise/reversal.js';
import { subscriptionIdsOf } from './normalise/subscription.js';
import { PAGE_SIZE } from './payments/pages.js';
import type { StripeCalls } from './stripe-calls.js';
import { toFacts } from './stripe-reader.js';

/** What a reading of a subscription brings along: see `fetchSubscription`. */
const DETAILS = ['schedule', 'latest_invoice'];

interface Page<Item> {
  readonly data: Item[];
  readonly has_more: boolean;
}

/** Lists of what there is, page by page; the cursor is the id of the last element. Nothing here changes anything. */
export class StripeLists {
  constructor(private readonly calls: StripeCalls) {}

  /** @throws ProviderError */
  async listSubscriptions(cursor: string | null): Promise<ListedPage<ListedSubscription>> {
    const expand = DETAILS.map((path) => `data.${path}`);
    const page = await this.calls.read('subscriptions.list', (stripe, options) =>
      stripe.subscriptions.list({ status: 'all', expand, ...positionAt(cursor) }, options),
    );
    const items = page.data.flatMap((subscription) => toListed(subscription) ?? []);
    return { items, unreadable: page.data.length - items.length, next: nextOf(page) };
  }

  /** @throws ProviderError */
  async findSubscription(subscriptionId: string): Promise<ListedSubscription | undefined> {
    const subscription = await this.calls.readOrMiss('subscriptions.retrieve', (stripe, options) =>
      stripe.subscriptions.retrieve(subscriptionId, { expand: DETAILS }, options),
    );
    return subscription && toListed(subscription);
  }

  /** @throws ProviderError */
  async listMoney(list: MoneyList, since: number, cursor: string | null): Promise<ListedPage<MoneyFact>> {
    const position = { created: { gte: since }, ...positionAt(cursor) };
    switch (list) {
      case 'payments': {
        const page = await this.calls.read('payment_intents.list', (stripe, options) =>
          stripe.paymentIntents.list(position, options),
        );
        return toMoneyPage(page.data, nextOf(page), toPayment);
      }
      case 'checkouts': {
        const page = await this.calls.read('checkout.sessions.list', (stripe, options) =>
          stripe.checkout.sessions.list({ ...position, status: 'complete' }, options),
        );
        return toMoneyPage(page.data, nextOf(page), toCheckout);
      }
      case 'refunds': {
        const page = await this.calls.read('refunds.list', (stripe, options) =>
          stripe.refunds.list({ ...position, expand: ['data.charge'] }, options),
        );
        return toMoneyPage(page.data, nextOf(page), toRefund);
      }
      case 'disputes': {
        const page = await this.calls.read('disputes.list', (stripe, options) =>
          stripe.disputes.list(position, options),
        );
        return toMoneyPage(page.data, nextOf(page), toDispute);
      }
      default:
        return list satisfies never;
    }
  }

  /** @throws ProviderError */
  async readPayment(paymentId: string): Promise<PaymentFact | undefined> {
    const intent = await this.calls.readOrMiss('payment_intents.retrieve', (stripe, options) =>
      stripe.paymentIntents.retrieve(paymentId, {}, options),
    );
    const { items } = toMoneyPage(intent ? [intent] : [], null, toPayment);
    return items.find((fact) => fact.kind === 'payment');
  }
}

const positionAt = (cursor: string | null) => ({
  limit: PAGE_SIZE,
  ...(cursor === null ? {} : { starting_after: cursor }),
});

const nextOf = ({ data, has_more: hasMore }: Page<{ readonly id: string }>): string | null =>
  hasMore ? (data.at(-1)?.id ?? null) : null;

/** Undefined for one that does not even say whose it is. */
function toListed(subscription: Stripe.Subscription): ListedSubscription | undefined {
  const content = toJson(subscription);
  const ids = tryRead(() => subscriptionIdsOf(content));
  if (!ids) return undefined;
  return {
    ...ids,
    endedAt: tryRead(() => optionalTimeAt(content, 'ended_at')) ?? null,
    facts(stamp) {
      try {
        return toFacts(content, stamp, `fetch:${Date.now()}:${randomUUID()}`);
      } catch (error) {
        if (error instanceof UnexpectedShapeError || error instanceof UnreadablePayloadError) return error.message;
        throw error;
      }
    },
  };
}

/** What an event of now would tell (docs.stripe.com/payments/paymentintents/lifecycle). */
const CHANGES: ReadonlyMap<string, PaymentFact['change']> = new Map<string, PaymentFact['change']>([
  ['succeeded', 'succeeded'],
  ['canceled', 'canceled'],
  ['processing', 'processing'],
  ['requires_action', 'requires_action'],
]);

/** Undefined for a payment that nobody has tried yet. */
function changeOf({ status, last_payment_error: error }: Stripe.PaymentIntent): PaymentFact['change'] | undefined {
  return CHANGES.get(status) ?? (status === 'requires_payment_method' && error ? 'failed' : undefined);
}

function toPayment(intent: Stripe.PaymentIntent): Normalised | undefined {
  const change = changeOf(intent);
  const at = intent.canceled_at ?? intent.created;
  return change && normalisePayment(listedOrigin(intent.id, at), change, toJson(intent));
}

const toCheckout = (session: Stripe.Checkout.Session): Normalised =>
  normaliseCheckout(listedOrigin(session.id, session.created), 'completed', toJson(session));

const toDispute = (dispute: Stripe.Dispute): Normalised =>
  normaliseDispute(listedOrigin(dispute.id, dispute.created), toJson(dispute));

/** The charge says what all refunds of it come to; one that failed has come back. */
function toRefund({ id, created, status, charge }: Stripe.Refund): Normalised | undefined {
  if (status === 'failed' || status === 'canceled') return undefined;
  return typeof charge === 'object' && charge ? normaliseRefund(listedOrigin(id, created), toJson(charge)) : undefined;
}
