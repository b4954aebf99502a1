import { expect } from 'vitest';
import fc from 'fast-check';
import type { Answer as Response } from '../../support/http.js';
import type { SubscriptionModel } from './subscription-model.js';
import { DAY, HOUR, MODES, PLAN_CODES, type Answer, type Plan } from './subscription-terms.js';
import { choose, execute, preview } from './switch-moves.js';
import { expectAnswer, happensThere, isOnHold, isTold, type Subscriber, type SubscriptionMove } from './subscriber.js';

const MINUTE = 60_000;

const request = (
  name: string,
  told: unknown,
  send: (customer: Subscriber) => Promise<Response>,
  expected: (model: SubscriptionModel) => Answer,
): SubscriptionMove => ({
  name,
  told,
  check: (model) => isTold(model) && !isOnHold(model),
  async run(model, customer) {
    const answer = await send(customer);
    await customer.world.settle();
    expectAnswer(answer, expected(model));
  },
});

const schedule = (plan: Plan): SubscriptionMove =>
  request(
    'schedule',
    plan,
    ({ person }) => person.schedule(plan),
    (model) => model.schedule(plan),
  );

/** The same from two tabs. */
const scheduleTwice = (plan: Plan): SubscriptionMove => ({
  name: 'schedule twice at once',
  told: plan,
  check: (model) => isTold(model) && !isOnHold(model),
  async run(model, { person, world }) {
    const answers = await Promise.all([person.schedule(plan), person.schedule(plan)]);
    await world.settle();
    const expected = model.schedule(plan);
    expect(answers.map(({ status }) => status)).toContain(expected.status);
    if (expected.status === 202) expect(answers.every(({ status }) => status === 202 || status === 409)).toBe(true);
  },
});

const isLiving = ({ status }: Readonly<SubscriptionModel>): boolean => status !== 'canceled';

const UNDO = request(
  'undo',
  undefined,
  ({ person }) => person.call('DELETE', `/subscription/scheduled-change?group_id=${person.groupId}`),
  (model) => model.undo(),
);
const CANCEL = request(
  'cancel',
  undefined,
  (customer) => customer.call('POST', '/cancel', {}),
  (model) => model.cancel(),
);
const RESUME = request(
  'resume',
  undefined,
  (customer) => customer.call('POST', '/resume', {}),
  (model) => model.resume(),
);

const KEEP: SubscriptionMove = {
  name: 'undo in the portal',
  check: (model) => isTold(model) && model.scheduled !== null,
  async run(model, customer) {
    await customer.person.inPortal((portal) => portal.keepPlan());
    await customer.world.settle();
    happensThere(model);
    model.undo();
  },
};

const CANCEL_THERE: SubscriptionMove = {
  name: 'cancel in the portal',
  check: (model) => isTold(model) && model.status === 'active' && model.scheduled === null && !model.isEnding,
  async run(model, customer) {
    await customer.person.inPortal((portal) => portal.cancel());
    await customer.world.settle();
    happensThere(model);
    model.cancel();
  },
};

const card = (isGood: boolean): SubscriptionMove => ({
  name: isGood ? 'a card that works' : 'a card that fails',
  check: (model) => isTold(model) && isLiving(model),
  async run(model, customer) {
    await customer.useCard(isGood);
    await customer.world.settle();
    if (isOnHold(model)) happensThere(model);
    model.useCard(isGood);
  },
});

const usage = (seats: number): SubscriptionMove => ({
  name: 'usage is reported',
  told: seats,
  async run(model, customer) {
    model.seats = seats;
    await customer.report(seats);
  },
});

const pass = (name: string, told: unknown, lengthOf: (model: SubscriptionModel) => number): SubscriptionMove => ({
  name,
  told,
  async run(model, customer) {
    const milliseconds = lengthOf(model);
    await customer.world.advance({ seconds: milliseconds / 1_000 });
    if (model.advance(milliseconds)) happensThere(model);
  },
});

const renewal = (after: number): SubscriptionMove => ({
  ...pass('the renewal comes', after, ({ deadline, now }) => deadline - now + after),
  check: ({ status, deadline, now }) => status === 'active' && deadline > now,
});

const HOLD: SubscriptionMove = {
  name: 'events are held up',
  check: ({ isMailHeld }) => !isMailHeld,
  run(model, customer) {
    model.isMailHeld = true;
    customer.world.post.hold();
    return Promise.resolve();
  },
};

const release = (told: { seed: number; copies: number }): SubscriptionMove => ({
  name: 'events arrive in any order',
  told,
  check: ({ isMailHeld }) => isMailHeld,
  async run(model, customer) {
    await customer.world.post.release(told.seed, told.copies);
    await customer.world.settle();
    Object.assign(model, { isMailHeld: false, isBehind: false });
  },
});

const subscribe = (plan: Plan): SubscriptionMove => ({
  name: 'subscribe again',
  told: plan,
  check: ({ status, isBehind, isMailHeld }) => status === 'canceled' && !isBehind && !isMailHeld,
  async run(model, customer) {
    await customer.person.subscribe(plan);
    await customer.world.settle();
    customer.quotes.length = 0;
    model.subscribe(plan);
  },
});

const SUBSCRIBE_TWICE: SubscriptionMove = {
  name: 'subscribe while there is one',
  check: (model) => isTold(model) && isLiving(model),
  async run(_model, customer) {
    expectAnswer(await customer.person.startCheckout('pro'), { status: 409, code: 'subscription_already_active' });
  },
};

const plan = fc.constantFrom(...PLAN_CODES);
const mode = fc.constantFrom(...MODES);
const back = fc.oneof({ arbitrary: fc.constant(0), weight: 3 }, { arbitrary: fc.nat({ max: 3 }), weight: 1 });
const ask = fc.tuple(plan, mode).map(([to, by]) => preview(to, by));
const anyOrder = fc.record({ seed: fc.nat(), copies: fc.integer({ min: 1, max: 2 }) });

/** Nobody does two things within a second, which is as exactly as providers tell the time. */
const later = (move: SubscriptionMove): SubscriptionMove => ({
  ...move,
  async run(model, customer) {
    await customer.world.matrix.sandbox.advance({ seconds: 2 });
    if (model.advance(2_000)) happensThere(model);
    await customer.world.settle();
    await move.run(model, customer);
  },
});

/** Everything that can happen. What is here more than once happens more often. */
const ALL: readonly fc.Arbitrary<SubscriptionMove>[] = [
  plan.map(schedule),
  plan.map(schedule),
  plan.map(scheduleTwice),
  fc.constant(UNDO),
  fc.constant(CANCEL),
  fc.constant(RESUME),
  fc.constant(RESUME),
  fc.constant(RESUME),
  ask,
  ask,
  ask,
  ask,
  fc.record({ back, clicks: fc.constant(1) }).map(execute),
  fc.record({ back, clicks: fc.constant(1) }).map(execute),
  fc.record({ back, clicks: fc.constant(1) }).map(execute),
  fc.record({ back, clicks: fc.constant(2) }).map(execute),
  plan.map(choose),
  fc.constant(KEEP),
  fc.constant(CANCEL_THERE),
  fc.constant(card(true)),
  fc.constant(card(false)),
  fc.constantFrom(0, 7, 12).map(usage),
  fc.constantFrom(5, 16).map((minutes) => pass('minutes pass', minutes, () => minutes * MINUTE)),
  fc.constantFrom(1, 4, 9).map((count) => days(count)),
  fc.constantFrom(0, 0, 2 * HOUR).map(renewal),
  fc.constantFrom(0, 2 * HOUR).map(renewal),
  fc.constant(pass('an hour passes', undefined, () => HOUR + MINUTE)),
  fc.constant(HOLD),
  anyOrder.map(release),
  anyOrder.map(release),
  plan.map(subscribe),
  fc.constant(SUBSCRIBE_TWICE),
];

export const SUBSCRIPTION_MOVES = ALL.map((moves) => moves.map(later));

const days = (count: number): SubscriptionMove => pass('days pass', count, () => count * DAY);
const now = (clicks: number): SubscriptionMove => execute({ back: 0, clicks });

/** Ways to what chance seldom comes to. */
export const SUBSCRIPTION_MOVE = { card, renewal, schedule, preview, now, cancel: CANCEL, usage } as const;

const EXAMPLES: readonly (readonly SubscriptionMove[])[] = [
  [card(false), renewal(2 * HOUR), usage(12), days(4), card(true), days(4), days(9), SUBSCRIBE_TWICE],
  [card(false), renewal(2 * HOUR), days(4), days(9), days(9), subscribe('basic'), CANCEL, renewal(0), subscribe('pro')],
  [
    days(9),
    preview('pro', 'prorated_immediately'),
    now(2),
    choose('starter'),
    schedule('starter'),
    KEEP,
    CANCEL_THERE,
    RESUME,
    CANCEL,
    renewal(0),
    subscribe('pro'),
  ],
  [
    schedule('pro'),
    preview('starter', 'full_immediately'),
    UNDO,
    now(1),
    scheduleTwice('pro'),
    now(1),
    HOLD,
    renewal(0),
    release({ seed: 7, copies: 2 }),
  ],
];

export const SUBSCRIPTION_EXAMPLES = EXAMPLES.map((moves) => moves.map(later));

/** The first subscription. */
export async function begin(model: SubscriptionModel, customer: Subscriber): Promise<void> {
  await customer.person.subscribe('basic');
  await customer.world.settle();
  model.subscribe('basic');
}
