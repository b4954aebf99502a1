import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createCatalogue,
  createCustomer,
  DAY,
  eventsOf,
  HOUR,
  priceOf,
  startWorld,
  subscribe,
  type Catalogue,
  type World,
} from './support.js';

let world: World;
let catalogue: Catalogue;
beforeEach(async () => {
  world = await startWorld();
  catalogue = await createCatalogue(world.stripe);
  await world.sandbox.idle();
  world.receiver.takeTypes();
});
afterEach(() => world.close());

const PAID = [
  'charge.succeeded',
  'payment_intent.succeeded',
  'invoice_payment.paid',
  'invoice.updated',
  'invoice.paid',
  'invoice.payment_succeeded',
];
const FAILED = ['charge.failed', 'payment_intent.payment_failed', 'invoice.updated', 'invoice.payment_failed'];

describe('a new subscription', () => {
  test('is billed at once and renews: switch first, invoice an hour later', async () => {
    const { stripe, sandbox, receiver } = world;
    const customer = await createCustomer(stripe);
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: catalogue.pro.id }],
      expand: ['latest_invoice.payments'],
    });
    await sandbox.idle();
    expect(subscription.status).toBe('active');
    expect(receiver.takeTypes()).toEqual([
      'payment_method.attached',
      'customer.created',
      'customer.subscription.created',
      'invoice.created',
      'payment_intent.created',
      'invoice.finalized',
      ...PAID,
    ]);
    const end = subscription.items.data[0]!.current_period_end;
    expect(end).toBe(Date.parse('2026-02-15T10:00:00Z') / 1000);

    await sandbox.advance({ to: new Date(end * 1000) });
    expect(receiver.takeTypes()).toEqual(['customer.subscription.updated', 'invoice.created']);
    const [renewal] = eventsOf(receiver, 'customer.subscription.updated');
    expect(Object.keys(renewal!.data.previous_attributes!).toSorted()).toEqual(['items', 'latest_invoice']);
    expect(renewal!.data.previous_attributes!.items!.data).toHaveLength(1);
    const draft = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    expect(draft.latest_invoice).toMatchObject({ status: 'draft', billing_reason: 'subscription_cycle' });

    await sandbox.advance({ seconds: HOUR });
    expect(receiver.takeTypes()).toEqual(['payment_intent.created', 'invoice.finalized', ...PAID]);
    expect(sandbox.ledger().map(({ amount, outcome }) => [amount, outcome])).toEqual([
      [3000, 'succeeded'],
      [3000, 'succeeded'],
    ]);
  });

  test('whose first card fails is incomplete and expires after 23 hours', async () => {
    const { stripe, sandbox, receiver } = world;
    const subscription = await subscribe(world, catalogue.pro, 'pm_card_chargeCustomerFail');
    expect(subscription.status).toBe('incomplete');
    await sandbox.advance({ seconds: 23 * HOUR });
    expect(receiver.takeTypes()).toEqual([
      'customer.subscription.updated',
      'payment_intent.canceled',
      'invoice.voided',
    ]);
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('incomplete_expired');
  });

  test('of a free plan has a zero invoice that is paid without a payment intent', async () => {
    const { stripe, sandbox, receiver } = world;
    const customer = await stripe.customers.create({ email: 'free@example.com' });
    await stripe.subscriptions.create({ customer: customer.id, items: [{ price: catalogue.free.id }] });
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual([
      'customer.created',
      'customer.subscription.created',
      'invoice.created',
      'invoice.finalized',
      'invoice.updated',
      'invoice.paid',
      'invoice.payment_succeeded',
    ]);
    expect(sandbox.ledger()).toEqual([]);
  });
});

async function breakCard(subscriptionId: string): Promise<void> {
  const bad = await world.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
    customer: String((await world.stripe.subscriptions.retrieve(subscriptionId)).customer),
  });
  await world.stripe.subscriptions.update(subscriptionId, { default_payment_method: bad.id });
}

describe('a renewal whose card fails', () => {
  test('is retried after 3, 5 and 7 days; then the subscription is deleted and its schedule aborted', async () => {
    const { stripe, sandbox, receiver } = world;
    const subscription = await subscribe(world, catalogue.pro);
    await breakCard(subscription.id);
    const schedule = await stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
    await stripe.subscriptionSchedules.update(schedule.id, {
      phases: [
        {
          items: [{ price: catalogue.pro.id }],
          start_date: schedule.phases[0]!.start_date,
          end_date: schedule.phases[0]!.end_date,
        },
        { items: [{ price: catalogue.basic.id }], duration: { interval: 'month', interval_count: 6 } },
      ],
    });
    await sandbox.advance({ to: new Date(subscription.items.data[0]!.current_period_end * 1000) });
    receiver.takeTypes();

    await sandbox.advance({ seconds: HOUR });
    expect(receiver.takeTypes()).toEqual([
      'payment_intent.created',
      'invoice.finalized',
      ...FAILED,
      'customer.subscription.updated',
    ]);
    const pastDue = await stripe.subscriptions.retrieve(subscription.id);
    expect([pastDue.status, priceOf(pastDue)]).toEqual(['past_due', catalogue.basic.id]);
    for (const days of [3, 5]) {
      await sandbox.advance({ days });
      expect(receiver.takeTypes()).toEqual(FAILED);
    }
    await sandbox.advance({ days: 7 });
    expect(receiver.takeTypes()).toEqual([...FAILED, 'customer.subscription.deleted', 'subscription_schedule.aborted']);
    const attempts = eventsOf(receiver, 'invoice.payment_failed').map(({ data }) => data.object);
    expect(attempts.map(({ attempt_count: count }) => count)).toEqual([1, 2, 3, 4]);
    expect(attempts.at(-1)!.next_payment_attempt).toBeNull();
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('canceled');
  });

  test('recovers when a good card is set and the invoice is paid', async () => {
    const { stripe, sandbox, receiver } = world;
    const subscription = await subscribe(world, catalogue.pro);
    await breakCard(subscription.id);
    await sandbox.advance({ days: 32 });
    receiver.takeTypes();
    const pastDue = await stripe.subscriptions.retrieve(subscription.id);
    expect(pastDue.status).toBe('past_due');
    const invoice = String(pastDue.latest_invoice);
    await expect(stripe.invoices.pay(invoice)).rejects.toMatchObject({
      type: 'StripeCardError',
      statusCode: 402,
      code: 'card_declined',
    });
    const good = await stripe.paymentMethods.attach('pm_card_visa', { customer: String(pastDue.customer) });
    await stripe.invoices.pay(invoice, { payment_method: good.id });
    await sandbox.idle();
    expect(receiver.takeTypes().slice(-2)).toEqual(['invoice.payment_succeeded', 'customer.subscription.updated']);
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
  });
});

describe('an immediate change', () => {
  test('with always_invoice bills exactly what the preview said', async () => {
    const { stripe, sandbox, receiver } = world;
    const subscription = await subscribe(world, catalogue.basic);
    await sandbox.advance({ days: 10, seconds: 12_345 });
    const change = {
      items: [{ id: subscription.items.data[0]!.id, price: catalogue.pro.id }],
      proration_behavior: 'always_invoice' as const,
      proration_date: Math.floor(sandbox.now().getTime() / 1000) - 60,
    };
    const preview = await stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: change,
    });
    await sandbox.advance({ seconds: 30 });
    const updated = await stripe.subscriptions.update(subscription.id, {
      ...change,
      payment_behavior: 'pending_if_incomplete',
      expand: ['latest_invoice'],
    });
    const invoice = updated.latest_invoice as { total: number; lines: { data: { amount: number }[] } };
    const left = (31 * DAY - 10 * DAY - 12_345 + 60) / (31 * DAY);
    expect(preview.total).toBe(Math.round(3000 * left) - Math.round(900 * left));
    expect(invoice.total).toBe(preview.total);
    expect(invoice.lines.data.map(({ amount }) => amount)).toEqual(preview.lines.data.map(({ amount }) => amount));
    expect(sandbox.ledger().at(-1)).toMatchObject({ amount: preview.total, outcome: 'succeeded' });
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual([
      'customer.subscription.updated',
      'invoice.created',
      'payment_intent.created',
      'invoice.finalized',
      ...PAID,
    ]);
  });

  test('from free to paid starts a new period and bills it', async () => {
    const { stripe, sandbox } = world;
    const subscription = await subscribe(world, catalogue.free);
    await sandbox.advance({ days: 4 });
    const updated = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]!.id, price: catalogue.pro.id }],
    });
    expect(updated.items.data[0]!.current_period_start).toBe(Math.floor(sandbox.now().getTime() / 1000));
    expect(sandbox.ledger().map(({ amount }) => amount)).toEqual([3000]);
  });

  test('with pending_if_incomplete waits for its payment and is applied or expires', async () => {
    const { stripe, sandbox, receiver } = world;
    const subscription = await subscribe(world, catalogue.basic);
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
      customer: String(subscription.customer),
    });
    await stripe.subscriptions.update(subscription.id, { default_payment_method: bad.id });
    const change = {
      items: [{ id: subscription.items.data[0]!.id, price: catalogue.pro.id }],
      proration_behavior: 'always_invoice' as const,
      payment_behavior: 'pending_if_incomplete' as const,
    };
    await expect(
      stripe.subscriptions.update(subscription.id, { ...change, payment_behavior: 'error_if_incomplete' }),
    ).rejects.toMatchObject({ statusCode: 402 });
    const waiting = await stripe.subscriptions.update(subscription.id, change);
    expect([priceOf(waiting), waiting.status]).toEqual([catalogue.basic.id, 'active']);
    expect(waiting.pending_update!.subscription_items![0]!.price.id).toBe(catalogue.pro.id);
    await sandbox.advance({ seconds: 23 * HOUR });
    expect(receiver.takeTypes().slice(-2)).toEqual([
      'customer.subscription.updated',
      'customer.subscription.pending_update_expired',
    ]);
    const again = await stripe.subscriptions.update(subscription.id, change);
    await stripe.invoices.pay(String(again.latest_invoice), { payment_method: 'pm_card_visa' });
    await sandbox.idle();
    expect(receiver.takeTypes().slice(-2)).toEqual([
      'customer.subscription.updated',
      'customer.subscription.pending_update_applied',
    ]);
    const applied = await stripe.subscriptions.retrieve(subscription.id);
    expect([priceOf(applied), applied.pending_update]).toEqual([catalogue.pro.id, null]);
  });
});
