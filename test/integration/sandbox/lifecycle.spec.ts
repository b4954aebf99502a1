import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  createCatalogue,
  createCustomer,
  DAY,
  HOUR,
  priceOf,
  START,
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

describe('a subscription', () => {
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
      'charge.succeeded',
      'payment_intent.succeeded',
      'invoice_payment.paid',
      'invoice.updated',
      'invoice.paid',
      'invoice.payment_succeeded',
    ]);
    const end = subscription.items.data[0]!.current_period_end;
    expect(end).toBe(Date.parse('2026-02-15T10:00:00Z') / 1000);

    await sandbox.advance({ to: new Date(end * 1000) });
    expect(receiver.takeTypes()).toEqual(['customer.subscription.updated', 'invoice.created']);
    const draft = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    expect(draft.latest_invoice).toMatchObject({ status: 'draft', billing_reason: 'subscription_cycle' });

    await sandbox.advance({ seconds: HOUR });
    expect(receiver.takeTypes()).toEqual([
      'payment_intent.created',
      'invoice.finalized',
      'charge.succeeded',
      'payment_intent.succeeded',
      'invoice_payment.paid',
      'invoice.updated',
      'invoice.paid',
      'invoice.payment_succeeded',
    ]);
    expect(sandbox.ledger().map(({ amount, outcome }) => [amount, outcome])).toEqual([
      [3000, 'succeeded'],
      [3000, 'succeeded'],
    ]);
    void START;
    void DAY;
    void priceOf;
    void subscribe;
  });
});
