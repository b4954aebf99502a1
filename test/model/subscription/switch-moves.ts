import { expect } from 'vitest';
import type { Answer as Response } from '../../support/http.js';
import { expectAnswer, happensThere, isTold, type Subscriber, type SubscriptionMove } from './subscriber.js';
import type { SubscriptionModel } from './subscription-model.js';
import { PLANS, type Mode, type Plan } from './subscription-terms.js';

export const preview = (plan: Plan, mode: Mode): SubscriptionMove => ({
  name: 'ask what a switch costs',
  told: { plan, mode },
  check: (model) => isTold(model) && !model.isPaymentOpen && !model.leavesCredit(plan, mode),
  async run(model, customer) {
    const answer = await customer.person.preview(plan, mode);
    const refusal = model.preview(plan, mode);
    if (refusal) return expectAnswer(answer, refusal);
    expectQuote(model, answer.body, plan, mode);
    customer.quotes.push(answer.body.quote_id);
  },
});

function expectQuote(model: SubscriptionModel, quote: Response['body'], plan: Plan, mode: Mode): void {
  expect(quote.status).toBeUndefined();
  expect(Math.abs(quote.charge_now.amount - model.priceOf(plan, mode))).toBeLessThanOrEqual(1);
  expect(quote).toMatchObject({
    mode,
    credit: { amount: 0 },
    current_plan: { code: model.plan },
    plan: { code: plan },
    replaces_scheduled_change: model.scheduled !== null,
    next_billing_at: new Date(model.billedNext(mode)).toISOString(),
    downgrade: { allowed: model.seats <= PLANS[plan].seats },
  });
}

export const execute = (told: { back: number; clicks: number }): SubscriptionMove => {
  const choose = (model: Readonly<SubscriptionModel>) => {
    const at = model.quotes.length - 1 - (told.back % Math.max(1, model.quotes.length));
    const quote = model.quotes[at];
    return quote && { quote, at };
  };
  return {
    name: told.clicks > 1 ? 'switch now twice at once' : 'switch now',
    told,
    check: (model) => isTold(model) && choose(model) !== undefined && !model.isPaymentOpen,
    async run(model, customer) {
      const { quote, at } = choose(model)!;
      const before = customer.world.matrix.charges(customer.person).length;
      const clicks = Array.from({ length: told.clicks }, () => customer.person.execute(customer.quotes[at] ?? ''));
      const answers = await Promise.all(clicks);
      await customer.world.settle();
      const expected = model.judge(quote);
      if (expected === 'changed') return expectChanged(model, customer, quote, answers);
      if (expected === 'declined') return expectDeclined(quote, answers);
      if (expected !== 'go') return answers.forEach((answer) => expectAnswer(answer, expected));
      const statuses = answers.map(({ status }) => status);
      expect(statuses).toContain(200);
      expect(statuses.filter((status) => ![200, 202, 409].includes(status))).toEqual([]);
      const [charge = 0] = customer.world.matrix.charges(customer.person).slice(before);
      expect(Math.abs(charge - model.priceOf(quote.plan, quote.mode))).toBeLessThanOrEqual(
        quoteTolerance(model, quote),
      );
      model.execute(quote, charge);
      happensThere(model);
    },
  };
};

/** Stripe takes what was quoted; Dodo what it costs by now, which is less. */
const quoteTolerance = ({ provider }: SubscriptionModel, { mode }: { readonly mode: Mode }): number =>
  provider === 'stripe' && mode === 'prorated_immediately' ? 4 : 1;

function expectChanged(
  model: SubscriptionModel,
  customer: Subscriber,
  { plan, mode }: { readonly plan: Plan; readonly mode: Mode },
  answers: readonly Response[],
): void {
  expect(answers.map(({ status, body }) => [status, body.code])).toContainEqual([409, 'plan_quote_changed']);
  for (const { body } of answers) {
    if (body.code !== 'plan_quote_changed') continue;
    expectQuote(model, body.quote, plan, mode);
    model.quote(plan, mode);
    customer.quotes.push(body.quote.quote_id);
  }
}

function expectDeclined(quote: { status: string }, answers: readonly Response[]): void {
  quote.status = 'failed';
  expect(answers.map(({ status, body }) => [status, body.code])).toContainEqual([402, 'payment_declined']);
}

export const choose = (plan: Plan): SubscriptionMove => ({
  name: 'choose in the portal',
  told: plan,
  check: (model) =>
    model.provider === 'stripe' &&
    isTold(model) &&
    model.status === 'active' &&
    !model.isEnding &&
    !model.isPaymentOpen &&
    model.scheduled === null &&
    model.plan !== plan &&
    (model.isCardGood || PLANS[plan].price < PLANS[model.plan].price),
  async run(model, customer) {
    const before = customer.world.matrix.charges(customer.person).length;
    await customer.choosePlan(plan);
    await customer.world.settle();
    happensThere(model);
    if (PLANS[plan].price < PLANS[model.plan].price) return model.plans(plan);
    const [charge = 0] = customer.world.matrix.charges(customer.person).slice(before);
    expect(Math.abs(charge - model.priceOf(plan, 'prorated_immediately'))).toBeLessThanOrEqual(1);
    model.charges.push(charge);
    model.changeNow(plan, 'prorated_immediately');
  },
});
