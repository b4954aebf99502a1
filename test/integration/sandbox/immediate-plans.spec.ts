import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCatalogue, createCustomer, priceOf, startWorld, type Catalogue, type World } from './support.js';

let world: World;
let catalogue: Catalogue;
beforeAll(async () => {
  world = await startWorld();
  catalogue = await createCatalogue(world.stripe);
});
afterAll(() => world.close());

const saveCard = (customer: string, token: string) => world.stripe.paymentMethods.attach(token, { customer });
const succeeded = () => world.sandbox.ledger().filter(({ outcome }) => outcome === 'succeeded');

describe('error_if_incomplete', () => {
  test('starts a subscription on a saved card, paid at once, or leaves nothing behind', async () => {
    const { stripe } = world;
    const customer = await stripe.customers.create({ email: 'ada@example.com' });
    const start = async (token: string) =>
      stripe.subscriptions.create({
        customer: customer.id,
        items: [{ price: catalogue.pro.id }],
        default_payment_method: (await saveCard(customer.id, token)).id,
        payment_behavior: 'error_if_incomplete',
        metadata: { attempt: token },
        expand: ['latest_invoice'],
      });
    await expect(start('pm_card_chargeCustomerFail')).rejects.toMatchObject({
      statusCode: 402,
      code: 'card_declined',
    });
    await expect(start('pm_card_authenticationRequired')).rejects.toMatchObject({
      type: 'StripeCardError',
      code: 'subscription_payment_intent_requires_action',
    });
    expect((await stripe.subscriptions.list({ customer: customer.id, status: 'all' })).data).toEqual([]);
    expect(succeeded()).toEqual([]);
    const created = await start('pm_card_visa');
    expect(created).toMatchObject({
      status: 'active',
      metadata: { attempt: 'pm_card_visa' },
      latest_invoice: { status: 'paid' },
    });
    const since = await stripe.subscriptions.list({
      customer: customer.id,
      status: 'all',
      created: { gte: created.created },
    });
    expect(since.data.map(({ id }) => id)).toEqual([created.id]);
    const after = { customer: customer.id, status: 'all' as const, created: { gt: created.created } };
    expect((await stripe.subscriptions.list(after)).data).toEqual([]);
  });

  test('switches for what the preview said, on the card that the call names, or changes nothing', async () => {
    const { stripe, sandbox } = world;
    const customer = await createCustomer(stripe);
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: catalogue.basic.id }],
    });
    await sandbox.advance({ days: 10 });
    const change = {
      items: [{ id: subscription.items.data[0]!.id, price: catalogue.pro.id }],
      proration_behavior: 'always_invoice' as const,
      proration_date: Math.floor(sandbox.now().getTime() / 1000) - 30,
    };
    const preview = await stripe.invoices.createPreview({
      customer: customer.id,
      subscription: subscription.id,
      subscription_details: change,
    });
    const paidBefore = succeeded().length;
    const bad = await saveCard(customer.id, 'pm_card_chargeCustomerFail');
    const update = (card: string) =>
      stripe.subscriptions.update(subscription.id, {
        ...change,
        default_payment_method: card,
        payment_behavior: 'error_if_incomplete',
        metadata: { attempt: '1' },
        expand: ['latest_invoice'],
      });
    await expect(update(bad.id)).rejects.toMatchObject({ statusCode: 402, code: 'card_declined' });
    const unchanged = await stripe.subscriptions.retrieve(subscription.id);
    expect([priceOf(unchanged), unchanged.metadata, unchanged.default_payment_method]).toEqual([
      catalogue.basic.id,
      {},
      null,
    ]);
    expect(succeeded()).toHaveLength(paidBefore);
    const good = await saveCard(customer.id, 'pm_card_mastercard');
    const updated = await update(good.id);
    expect([priceOf(updated), updated.default_payment_method]).toEqual([catalogue.pro.id, good.id]);
    expect(updated.latest_invoice).toMatchObject({ status: 'paid', amount_paid: preview.amount_due });
    expect(succeeded().at(-1)).toMatchObject({ amount: preview.amount_due });
  });
});
