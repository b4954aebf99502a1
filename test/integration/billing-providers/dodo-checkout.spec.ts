import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPlan, createProduct, DAY, HOUR } from '../sandbox/dodo-support.js';
import { checkout, payPage, retrievePayment, startDodoWorld, urlOf, writesOf, type DodoWorld } from './dodo-support.js';
import { errorOf, expectStatus, METADATA, newAttempt, pix, queryFor, secondsOf } from './money.js';

let world: DodoWorld;
let product: string;
let customers = 0;
beforeAll(async () => {
  world = await startDodoWorld();
  product = (await createProduct(world)).product_id;
});
beforeEach(() => world.sandbox.faults.clear());
afterAll(() => world.close());

async function createCustomer(): Promise<string> {
  customers += 1;
  const created = await world.dodo.customers.create({ email: `page-${customers}@example.com`, name: 'Ada' });
  world.recorder.take();
  return created.customer_id;
}

const find = (command: ReturnType<typeof checkout>, attempt: string, references = {}) =>
  world.provider.findCharge(queryFor(world, command, attempt, references));
const chargesOf = (customerId: string) =>
  world.sandbox.ledger().filter(({ customer, outcome }) => customer === customerId && outcome === 'succeeded');

describe('the provider’s own page', () => {
  it('sells the product for a day, and saves the card', async () => {
    const command = checkout(world, await createCustomer(), product);
    const attempt = newAttempt();
    const outcome = await world.provider.createCheckout(command, attempt);
    expect(outcome).toEqual({
      status: 'requires_action',
      references: { checkoutId: expect.stringMatching(/^cks_/) },
      next: { kind: 'checkout', url: expect.stringContaining('/dodo/session/cks_'), expiresAt: secondsOf(world) + DAY },
    });
    const [call, ...others] = writesOf(world.recorder);
    expect(others).toEqual([]);
    expect(JSON.parse(call?.body ?? '')).toEqual({
      product_cart: [{ product_id: product, quantity: 1 }],
      customer: { customer_id: command.customerId },
      allowed_payment_method_types: ['credit', 'debit'],
      show_saved_payment_methods: true,
      feature_flags: {
        redirect_immediately: true,
        allow_customer_editing_email: false,
        allow_currency_selection: false,
      },
      billing_currency: 'USD',
      return_url: command.successUrl,
      cancel_url: command.cancelUrl,
      metadata: { ...METADATA, uplift_attempt: attempt },
    });
    expect(await find(command, attempt, outcome.references)).toEqual({
      status: 'pending',
      references: outcome.references,
      isUntouched: true,
    });
    await payPage(world, urlOf(outcome));
    const paid = await find(command, attempt, outcome.references);
    expectStatus(paid, 'succeeded');
    expect(paid).toMatchObject({
      amount: 4_900,
      currency: 'USD',
      method: { kind: 'card', brand: 'visa', last4: '4242' },
    });
    expect(await retrievePayment(world, paid)).toMatchObject({ metadata: { uplift_attempt: attempt } });
    expect(await find(command, attempt)).toEqual(paid);
    expect(await world.provider.listPaymentMethods(command.customerId)).toMatchObject([
      { brand: 'visa', last4: '4242' },
    ]);
    expect(chargesOf(command.customerId)).toHaveLength(1);
  });

  it('stays open after a card that was declined, and takes another', async () => {
    const command = checkout(world, await createCustomer(), product);
    const attempt = newAttempt();
    const outcome = await world.provider.createCheckout(command, attempt);
    expect(await payPage(world, urlOf(outcome), '4000000000000002')).toBe(402);
    for (const references of [outcome.references, {}]) {
      expect(await find(command, attempt, references)).toMatchObject({ status: 'pending' });
    }
    await payPage(world, urlOf(outcome));
    expect(await find(command, attempt, outcome.references)).toMatchObject({ status: 'succeeded', amount: 4_900 });
    expect(chargesOf(command.customerId)).toHaveLength(1);
  });

  it('that nobody pays is over after a day, with what became of the last card', async () => {
    const [untouched, declined] = [
      checkout(world, await createCustomer(), product),
      checkout(world, await createCustomer(), product),
    ];
    const [first, second] = [newAttempt(), newAttempt()];
    const { references } = await world.provider.createCheckout(untouched, first);
    const tried = await world.provider.createCheckout(declined, second);
    await payPage(world, urlOf(tried), '4000000000009995');
    await world.sandbox.advance({ seconds: DAY + HOUR });
    expect(await find(untouched, first, references)).toEqual({ status: 'expired', references });
    expect(await find(declined, second, tried.references)).toMatchObject({
      status: 'failed',
      failure: { code: 'insufficient_funds', providerCode: 'INSUFFICIENT_FUNDS' },
    });
  });

  it('starts a subscription where it sells a plan', async () => {
    const plan = await createPlan(world, 'Pro', 3_000);
    const command = checkout(world, await createCustomer(), product, { planPriceId: plan.product_id, amount: 3_000 });
    const attempt = newAttempt();
    const outcome = await world.provider.createCheckout(command, attempt);
    expect(JSON.parse(writesOf(world.recorder)[0]?.body ?? '')).not.toHaveProperty('billing_currency');
    await payPage(world, urlOf(outcome));
    const paid = await find(command, attempt, outcome.references);
    expectStatus(paid, 'succeeded');
    expect(paid.references.subscriptionId).toMatch(/^sub_/);
    expect(paid.amount).toBe(3_000);
    // Renewals repeat the metadata: the attempt stays with its first payment.
    const query = queryFor(world, command, attempt);
    await world.sandbox.advance({ seconds: 32 * DAY });
    expect(await world.provider.findCharge(query)).toEqual(paid);
    expect(chargesOf(command.customerId)).toHaveLength(2);
  });

  it('cannot be closed: whoever asks is told how it stands', async () => {
    const command = checkout(world, await createCustomer(), product);
    const attempt = newAttempt();
    const { references } = await world.provider.createCheckout(command, attempt);
    expect(world.provider.capabilities.cancelsOpenPayments).toBe(false);
    const query = queryFor(world, command, attempt, references);
    expect(await world.provider.cancelCharge(query)).toEqual({ status: 'pending', references, isUntouched: true });
  });

  it('whose answer was lost is unknown, sent once, and not to be found until somebody pays it', async () => {
    const command = checkout(world, await createCustomer(), product);
    const attempt = newAttempt();
    world.sandbox.faults.api({ kind: 'loseResponse', method: 'POST', path: '*/checkouts' });
    expect((await errorOf(world.provider.createCheckout(command, attempt))).outcome).toBe('unknown');
    expect(writesOf(world.recorder)).toHaveLength(1);
    expect(await find(command, attempt)).toBeUndefined();
  });

  it('is found by what was paid there when its id was never told', async () => {
    const command = checkout(world, await createCustomer(), product);
    const attempt = newAttempt();
    const outcome = await world.provider.createCheckout(command, attempt);
    await payPage(world, urlOf(outcome), '4000002500003155');
    expect(await find(command, attempt)).toMatchObject({
      status: 'succeeded',
      references: { ...outcome.references, paymentId: expect.stringMatching(/^pay_/) },
    });
  });

  it('is refused for a product that Dodo does not have', async () => {
    const command = checkout(world, await createCustomer(), 'pdt_of_nobody');
    expect((await errorOf(world.provider.createCheckout(command, newAttempt()))).outcome).toBe('refused');
  });

  it('is where Pix is paid, if at all: no code is given', async () => {
    expect(world.provider.capabilities.pix).toEqual([]);
    const error = await errorOf(world.provider.createPixCharge(pix(await createCustomer()), newAttempt()));
    expect(error).toMatchObject({ outcome: 'refused', details: { providerCode: 'pix_not_supported' } });
    expect(writesOf(world.recorder)).toEqual([]);
  });
});
