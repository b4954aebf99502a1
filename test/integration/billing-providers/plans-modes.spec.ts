import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangePlanCommand, ProrationMode } from '../../../src/billing-providers/index.js';
import { charges, errorOf, loseEveryAnswer, METADATA, newAttempt, queryFor, secondsOf } from './money.js';
import { createCustomer, startWorld, type World } from './support.js';

const DAY = 86_400;

let world: World;
let prices: Readonly<Record<'starter' | 'basic' | 'pro' | 'free' | 'yearly', string>>;
beforeEach(async () => {
  world = await startWorld();
  const product = await world.stripe.products.create({ name: 'Plans' });
  const price = async (unit_amount: number, interval_count = 30) =>
    (
      await world.stripe.prices.create({
        currency: 'usd',
        unit_amount,
        product: product.id,
        recurring: { interval: 'day', interval_count },
      })
    ).id;
  prices = {
    free: await price(0),
    starter: await price(2_000),
    basic: await price(3_000),
    pro: await price(8_000),
    yearly: await price(80_000, 360),
  };
});
afterEach(() => world.close());

/** Half of the thirty days are over. */
async function atMidCycle(price: string, card = 'pm_card_visa') {
  const customer = await createCustomer(world.stripe, card);
  const subscription = await world.subscribe({ customer, items: [{ price }] });
  await world.sandbox.advance({ days: 15 });
  return subscription;
}

const preview = (subscriptionId: string, targetPriceId: string, mode: ProrationMode) =>
  world.provider.previewPlanChange({ subscriptionId, targetPriceId, mode, prorationAt: secondsOf(world) });

interface Switch {
  readonly subscriptionId: string;
  readonly from: string;
  readonly to: string;
  readonly mode: ProrationMode;
}

async function commandFor({ subscriptionId, from, to, mode }: Switch): Promise<ChangePlanCommand> {
  const shown = await preview(subscriptionId, to, mode);
  const { customer } = await world.read(subscriptionId);
  return {
    kind: 'change_plan',
    mode,
    customerId: customer as string,
    amount: shown.amountDue,
    credit: shown.credit,
    currency: shown.currency,
    description: 'Plan',
    metadata: METADATA,
    subscriptionId,
    fromPriceId: from,
    planPriceId: to,
    prorationAt: shown.prorationAt,
  };
}

async function carryOut(change: Switch) {
  const command = await commandFor(change);
  return { command, outcome: await world.provider.changePlan(command, newAttempt()) };
}

const balanceOf = async (customer: string): Promise<number> => {
  const read = await world.stripe.customers.retrieve(customer);
  return read.deleted ? 0 : read.balance;
};

const chargedSince = (before: number) =>
  charges(world)
    .slice(before)
    .filter(({ outcome }) => outcome === 'succeeded')
    .map(({ amount }) => amount);

describe('a switch at the middle of its period', () => {
  it.each([
    ['prorated_immediately', 2_500, 15],
    ['difference_immediately', 5_000, 15],
    ['full_immediately', 8_000, 30],
    ['do_not_bill', 0, 15],
  ] as const)('upwards, %s: charges %d cents and is billed next in %d days', async (mode, amount, days) => {
    const { id } = await atMidCycle(prices.basic);
    const before = charges(world).length;
    expect(await preview(id, prices.pro, mode)).toMatchObject({
      amountDue: amount,
      credit: 0,
      nextBillingAt: secondsOf(world) + days * DAY,
    });
    const { outcome } = await carryOut({ subscriptionId: id, from: prices.basic, to: prices.pro, mode });
    expect(outcome).toMatchObject({ status: 'succeeded', amount });
    expect(chargedSince(before)).toEqual(amount === 0 ? [] : [amount]);
    const [item] = (await world.read(id)).items.data;
    expect(item).toMatchObject({ price: { id: prices.pro }, current_period_end: secondsOf(world) + days * DAY });
  });

  it.each([
    ['prorated_immediately', 0, 3_000, [0, 1_000]],
    ['difference_immediately', 0, 6_000, [0, 0, 0, 2_000]],
    ['full_immediately', 2_000, 0, [2_000]],
    ['do_not_bill', 0, 0, [2_000]],
  ] as const)(
    'downwards, %s: charges %d, puts %d down, renewals then cost %j',
    async (mode, amount, credit, renewals) => {
      const { id, customer } = await atMidCycle(prices.pro);
      const before = charges(world).length;
      const { command, outcome } = await carryOut({ subscriptionId: id, from: prices.pro, to: prices.starter, mode });
      expect(command).toMatchObject({ amount, credit });
      expect(outcome).toMatchObject({ status: 'succeeded', amount });
      expect(await balanceOf(customer as string)).toBe(0 - credit);
      await world.sandbox.advance({ days: 30 * renewals.length + 1 });
      const { data } = await world.stripe.invoices.list({ subscription: id, status: 'paid' });
      const cycles = data.filter(({ billing_reason }) => billing_reason === 'subscription_cycle').toReversed();
      expect(cycles.slice(0, renewals.length).map(({ amount_paid }) => amount_paid)).toEqual(renewals);
      expect(chargedSince(before).slice(0, 1)).toEqual([[amount, ...renewals].find((charged) => charged > 0)]);
    },
  );

  it.each(['prorated_immediately', 'difference_immediately', 'full_immediately'] as const)(
    'changes nothing when the card is declined: %s',
    async (mode) => {
      const { id, customer } = await atMidCycle(prices.basic);
      const command = await commandFor({ subscriptionId: id, from: prices.basic, to: prices.pro, mode });
      const card = await world.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
        customer: customer as string,
      });
      await world.stripe.subscriptions.update(id, { default_payment_method: card.id });
      const before = await world.read(id);
      expect(await world.provider.changePlan(command, newAttempt())).toMatchObject({
        status: 'failed',
        failure: { code: 'card_declined' },
      });
      const after = await world.read(id);
      expect(after.items.data).toEqual(before.items.data);
      expect(await balanceOf(customer as string)).toBe(0);
    },
  );

  it.each(['prorated_immediately', 'difference_immediately', 'full_immediately', 'do_not_bill'] as const)(
    'is found, and done once, when every answer was lost: %s',
    async (mode) => {
      const { id } = await atMidCycle(prices.basic);
      const command = await commandFor({ subscriptionId: id, from: prices.basic, to: prices.pro, mode });
      const attempt = newAttempt();
      const before = charges(world).length;
      loseEveryAnswer(world, 'POST', `/v1/subscriptions/${id}`);
      expect((await errorOf(world.provider.changePlan(command, attempt))).outcome).toBe('unknown');
      world.sandbox.faults.clear();
      const found = await world.provider.findCharge(queryFor(world, command, attempt));
      expect(found).toMatchObject({ status: 'succeeded', amount: command.amount });
      expect(await world.provider.changePlan(command, attempt)).toMatchObject({ amount: command.amount });
      expect(chargedSince(before)).toEqual(command.amount === 0 ? [] : [command.amount]);
    },
  );

  it('uses credit that the customer has, and the quote says so', async () => {
    const { id, customer } = await atMidCycle(prices.basic);
    await world.stripe.customers.update(customer as string, { balance: -1_200 });
    const { outcome } = await carryOut({
      subscriptionId: id,
      from: prices.basic,
      to: prices.pro,
      mode: 'difference_immediately',
    });
    expect(outcome).toMatchObject({ status: 'succeeded', amount: 3_800 });
    expect(await balanceOf(customer as string)).toBe(0);
  });
});

describe('a difference that is given back', () => {
  it('is what was paid for the present plan, not what a whole period of it costs', async () => {
    const { id } = await atMidCycle(prices.basic);
    await world.sandbox.advance({ days: 14 });
    const up = await carryOut({ subscriptionId: id, from: prices.basic, to: prices.pro, mode: 'prorated_immediately' });
    expect(up.command.amount).toBe(167);
    const down = await preview(id, prices.basic, 'difference_immediately');
    expect(down).toMatchObject({ amountDue: 0, credit: 167 });
  });

  it('is all of it where all of it was paid, once', async () => {
    const { id } = await atMidCycle(prices.basic);
    const mode = 'difference_immediately';
    await carryOut({ subscriptionId: id, from: prices.basic, to: prices.pro, mode });
    await world.sandbox.advance({ days: 5 });
    const down = await carryOut({ subscriptionId: id, from: prices.pro, to: prices.starter, mode });
    expect(down.command.credit).toBe(6_000);
    expect(await preview(id, prices.free, mode)).toMatchObject({ credit: 2_000 });
    expect(await preview(id, prices.pro, mode)).toMatchObject({ amountDue: 0, credit: 0 });
  });

  it('is nothing where nothing was paid', async () => {
    const { id } = await atMidCycle(prices.basic);
    await carryOut({ subscriptionId: id, from: prices.basic, to: prices.pro, mode: 'do_not_bill' });
    expect(await preview(id, prices.basic, 'difference_immediately')).toMatchObject({ amountDue: 0, credit: 0 });
  });
});

describe('a switch that begins another period', () => {
  it.each([
    ['difference_immediately', 77_000],
    ['prorated_immediately', 78_500],
    ['full_immediately', 80_000],
  ] as const)('is billed from now: %s', async (mode, amount) => {
    const { id } = await atMidCycle(prices.basic);
    const { outcome } = await carryOut({ subscriptionId: id, from: prices.basic, to: prices.yearly, mode });
    expect(outcome).toMatchObject({ status: 'succeeded', amount });
    const [item] = (await world.read(id)).items.data;
    expect(item?.current_period_end).toBe(secondsOf(world) + 360 * DAY);
  });

  it('cannot be left unbilled, nor can the first paid plan', async () => {
    const { id } = await atMidCycle(prices.basic);
    const free = await atMidCycle(prices.free);
    const refusals = [preview(id, prices.yearly, 'do_not_bill'), preview(free.id, prices.pro, 'do_not_bill')];
    for (const refusal of refusals) {
      expect(await errorOf(refusal)).toMatchObject({ outcome: 'refused', details: { providerCode: 'billed_anyway' } });
    }
  });

  it('is not what was quoted when the period has ended since', async () => {
    const { id } = await atMidCycle(prices.basic);
    const mode = 'difference_immediately';
    const command = await commandFor({ subscriptionId: id, from: prices.basic, to: prices.pro, mode });
    await world.sandbox.advance({ days: 16 });
    expect(await world.provider.changePlan(command, newAttempt())).toMatchObject({
      status: 'failed',
      failure: { code: 'amount_changed', providerCode: 'period_differs' },
    });
  });
});
