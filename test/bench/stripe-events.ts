import { createHmac } from 'node:crypto';
import { WEBHOOK_SECRET } from './environment.js';

/** 1 January 2026, 00:00 UTC, and a month. */
const START = 1_767_225_600;
const PERIOD = 31 * 86_400;
/** A payload of Stripe has some 3 to 6 kB; the fields that nobody reads are made up for with this. */
const FILLER = 'x'.repeat(1_500);

let events = 0;

function toBody(type: string, created: number, object: unknown, previous?: unknown): string {
  events += 1;
  return JSON.stringify({
    id: `evt_${process.pid}_${events}_${type}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    created,
    data: { object, ...(previous ? { previous_attributes: previous } : {}) },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
  });
}

function toSubscription(number: number, period: number) {
  const start = START + period * PERIOD;
  return {
    id: `sub_${number}`,
    object: 'subscription',
    customer: `cus_${number}`,
    status: 'active',
    created: START,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    ended_at: null,
    description: FILLER,
    latest_invoice: `in_${number}_${period}`,
    metadata: {},
    pending_update: null,
    schedule: null,
    items: {
      object: 'list',
      has_more: false,
      data: [
        {
          id: `si_${number}`,
          object: 'subscription_item',
          price: { id: 'price_bench', object: 'price' },
          quantity: 1,
          current_period_start: start,
          current_period_end: start + PERIOD,
        },
      ],
    },
  };
}

function toInvoice(number: number, period: number) {
  const start = START + period * PERIOD;
  return {
    id: `in_${number}_${period}`,
    object: 'invoice',
    customer: `cus_${number}`,
    status: 'paid',
    total: 900,
    currency: 'usd',
    attempt_count: 1,
    next_payment_attempt: null,
    description: FILLER,
    parent: { type: 'subscription_details', subscription_details: { subscription: `sub_${number}` } },
    lines: {
      object: 'list',
      has_more: false,
      data: [
        {
          id: `il_${number}_${period}`,
          object: 'line_item',
          period: { start, end: start + PERIOD },
          pricing: { type: 'price_details', price_details: { price: 'price_bench', product: 'prod_bench' } },
          parent: { type: 'subscription_item_details', subscription_item_details: { proration: false } },
        },
      ],
    },
  };
}

/** A subscription starts and renews once: four events. */
export function toLifeOf(number: number): string[] {
  const renewal = START + PERIOD;
  const renewed = toSubscription(number, 1);
  const previous = { latest_invoice: `in_${number}_0`, items: toSubscription(number, 0).items };
  return [
    toBody('customer.subscription.created', START, toSubscription(number, 0)),
    toBody('invoice.paid', START, toInvoice(number, 0)),
    toBody('customer.subscription.updated', renewal, renewed, previous),
    toBody('invoice.paid', renewal + 3_600, toInvoice(number, 1)),
  ];
}

/** An event of a subscription, each time another one. */
export const nextBody = (): string =>
  toBody('customer.subscription.updated', START, toSubscription(1, 0), { latest_invoice: 'in_1' });

/** A whole HTTP request with the event's body, signed as Stripe signs. */
export function toSignedRequest(body: string): string {
  const timestamp = Math.floor(Date.now() / 1_000);
  const digest = createHmac('sha256', WEBHOOK_SECRET).update(`${timestamp}.${body}`).digest('hex');
  return (
    `POST /api/v1/admin/stripe/webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json; charset=utf-8\r\n` +
    `Stripe-Signature: t=${timestamp},v1=${digest}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}
