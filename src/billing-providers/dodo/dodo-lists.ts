import type { DodoPayments } from 'dodopayments';
import type { ListedPage, ListedSubscription, MoneyList } from '../domain/listing.js';
import type { MoneyFact, PaymentFact } from '../domain/payment-facts.js';
import { listedOrigin, toMoneyPage } from '../payload/listed-page.js';
import type { Normalised } from '../payload/normalised.js';
import { isStorableText, toJson } from '../payload/read-json.js';
import { ProviderError } from '../provider-error.js';
import type { DodoCalls } from './dodo-calls.js';
import { toSeconds } from './normalise/fields.js';
import { normalisePayment } from './normalise/payment.js';
import { normaliseDispute, normaliseRefund } from './normalise/reversal.js';
import { readPage, type PageReader } from './payments/pages.js';
import { findPaymentById } from './payments/read-payment.js';
import { newReadingId } from './plans/dodo-subscription-reader.js';
import { toObservedFacts } from './plans/observation.js';

type Subscription = DodoPayments.Subscription;
/** A list's subscription has everything that is read of one but when its term was over. */
type SubscriptionItem = Subscription | DodoPayments.SubscriptionListResponse;
type PaymentItem = DodoPayments.Payment | DodoPayments.PaymentListResponse;

/** Payments that nobody has decided about yet tell nothing. */
const TOLD: ReadonlySet<string> = new Set([
  'succeeded',
  'failed',
  'cancelled',
  'processing',
  'requires_customer_action',
]);
const OVER: ReadonlySet<string> = new Set(['cancelled', 'failed', 'expired']);

/** Lists of what there is, page by page; the cursor is the number of the page. Nothing here changes anything. */
export class DodoLists {
  constructor(private readonly calls: DodoCalls) {}

  /** @param now product time, seconds since 1970. @throws ProviderError */
  async listSubscriptions(cursor: string | null, now: number): Promise<ListedPage<ListedSubscription>> {
    const page = await this.read('subscriptions.list', cursor, (dodo, position, options) =>
      dodo.subscriptions.list(position, options),
    );
    const items = page.items.flatMap((item) => toListed(item, now) ?? []);
    return { items, unreadable: page.items.length - items.length, next: page.next };
  }

  /** @param now product time, seconds since 1970. @throws ProviderError */
  async findSubscription(subscriptionId: string, now: number): Promise<ListedSubscription | undefined> {
    const subscription = await this.calls.readOrMiss('subscriptions.retrieve', (dodo, options) =>
      dodo.subscriptions.retrieve(subscriptionId, options),
    );
    return subscription && toListed(subscription, now);
  }

  /** @throws ProviderError */
  async listMoney(list: MoneyList, since: number, cursor: string | null): Promise<ListedPage<MoneyFact>> {
    const from = { created_at_gte: new Date(since * 1_000).toISOString() };
    switch (list) {
      case 'payments': {
        const page = await this.read('payments.list', cursor, (dodo, position, options) =>
          dodo.payments.list({ ...from, ...position }, options),
        );
        return toMoneyPage(page.items, page.next, toPayment);
      }
      case 'checkouts':
        return { items: [], unreadable: 0, next: null }; // Dodo lists no pages; what was paid there is a payment
      case 'refunds': {
        const page = await this.read('refunds.list', cursor, (dodo, position, options) =>
          dodo.refunds.list({ ...from, ...position }, options),
        );
        return toMoneyPage(page.items, page.next, toRefund);
      }
      case 'disputes': {
        const page = await this.read('disputes.list', cursor, (dodo, position, options) =>
          dodo.disputes.list({ ...from, ...position }, options),
        );
        return toMoneyPage(page.items, page.next, toDispute);
      }
      default:
        return list satisfies never;
    }
  }

  /** @throws ProviderError */
  async readPayment(paymentId: string): Promise<PaymentFact | undefined> {
    const payment = await findPaymentById(this.calls, paymentId);
    const { items } = toMoneyPage(payment ? [payment] : [], null, toPayment);
    return items.find((fact) => fact.kind === 'payment');
  }

  /** An empty page alone proves the end. */
  private async read<Item>(
    operation: string,
    cursor: string | null,
    reader: PageReader<Item>,
  ): Promise<{ readonly items: readonly Item[]; readonly next: string | null }> {
    const number = cursor === null ? 0 : Number(cursor);
    const items = await readPage(this.calls, operation, number, reader);
    return { items, next: items.length === 0 ? null : String(number + 1) };
  }
}

/** Undefined for one that does not even say whose it is. */
function toListed(item: SubscriptionItem, now: number): ListedSubscription | undefined {
  const { subscription_id: subscriptionId, customer } = item;
  const customerId: unknown = customer?.customer_id;
  if (!isStorableText(subscriptionId) || !isStorableText(customerId)) return undefined;
  return {
    subscriptionId,
    customerId,
    endedAt: OVER.has(item.status) ? (toSeconds(item.cancelled_at) ?? toSeconds(item.next_billing_date) ?? 0) : null,
    facts(stamp) {
      try {
        const reading = { id: newReadingId(), occurredAt: Math.max(now, stamp.occurredAt) };
        return toObservedFacts(item as Subscription, reading);
      } catch (error) {
        if (error instanceof ProviderError) return error.message;
        throw error;
      }
    },
  };
}

const createdAt = (item: { readonly created_at: string }): number => toSeconds(item.created_at) ?? 0;

function toPayment(payment: PaymentItem): Normalised | undefined {
  if (!TOLD.has(payment.status ?? '')) return undefined;
  return normalisePayment(listedOrigin(payment.payment_id, createdAt(payment)), 'processing', toJson(payment));
}

function toRefund(refund: DodoPayments.RefundListItem): Normalised | undefined {
  if (refund.status !== 'succeeded') return undefined;
  return normaliseRefund(listedOrigin(refund.refund_id, createdAt(refund)), toJson(refund));
}

const toDispute = (dispute: DodoPayments.DisputeListResponse): Normalised =>
  normaliseDispute(listedOrigin(dispute.dispute_id, createdAt(dispute)), 'open', toJson(dispute));
