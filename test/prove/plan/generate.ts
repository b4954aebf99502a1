import fc from 'fast-check';
import {
  API_FAULTS,
  EVENT_FAULTS,
  MODES,
  PLANS,
  PROVIDERS,
  type Act,
  type Deed,
  type Fault,
  type Plan,
  type PlanCode,
} from './plan.types.js';

const plan = fc.constantFrom(...(Object.keys(PLANS) as PlanCode[]));
const replica = fc.constantFrom(0 as const, 1 as const);

/** What a customer can have come to by what they wished for before, whatever became of it. */
interface Past {
  readonly subscribed: boolean;
  readonly bought: boolean;
}

const DEEDS: readonly (readonly [weight: number, needs: (past: Past) => boolean, deed: fc.Arbitrary<Deed>])[] = [
  [2, ({ subscribed }) => !subscribed, fc.record({ do: fc.constant('subscribe' as const), plan })],
  [3, () => true, fc.constant({ do: 'buy' as const })],
  [6, ({ bought }) => bought, fc.constant({ do: 'accept' as const })],
  [1, ({ bought }) => bought, fc.constant({ do: 'decline' as const })],
  [2, () => true, fc.constant({ do: 'cross-sell' as const })],
  [3, ({ subscribed }) => subscribed, fc.record({ do: fc.constant('schedule' as const), plan })],
  [1, ({ subscribed }) => subscribed, fc.constant({ do: 'undo' as const })],
  [
    5,
    ({ subscribed }) => subscribed,
    fc.record({ do: fc.constant('switch' as const), plan, mode: fc.constantFrom(...MODES) }),
  ],
  [1, ({ subscribed }) => subscribed, fc.constant({ do: 'cancel' as const })],
  [1, ({ subscribed }) => subscribed, fc.constant({ do: 'resume' as const })],
  [2, ({ bought }) => bought, fc.constant({ do: 'refund' as const })],
  [1, ({ subscribed }) => subscribed, fc.record({ do: fc.constant('card' as const), pays: fc.boolean() })],
  [2, ({ subscribed }) => subscribed, fc.constant({ do: 'renew' as const })],
  [1, () => true, fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(2, 70, 3_000) })],
];

const deedAfter = (past: Past): fc.Arbitrary<Deed> =>
  fc.oneof(...DEEDS.filter(([, needs]) => needs(past)).map(([weight, , arbitrary]) => ({ weight, arbitrary })));

const trap = fc.oneof(
  fc.record({
    kind: fc.constant('provider' as const),
    edge: fc.constantFrom('before' as const, 'after' as const),
    count: fc.constantFrom(1, 1, 2, 3),
  }),
  fc.record({
    kind: fc.constant('commit' as const),
    edge: fc.constantFrom('before' as const, 'after' as const),
    count: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({
    kind: fc.constant('any' as const),
    edge: fc.constantFrom('before' as const, 'after' as const),
    count: fc.integer({ min: 1, max: 14 }),
  }),
);

const fault: fc.Arbitrary<Fault> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('kill' as const),
      who: fc.constantFrom('asked' as const, 'asked' as const, 'worker' as const, 'worker' as const, 'other' as const),
      at: trap,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('crash-database' as const),
      who: fc.constantFrom('asked' as const, 'worker' as const),
      at: trap,
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constantFrom(...API_FAULTS),
      skip: fc.constantFrom(0, 0, 0, 1, 2),
      method: fc.constantFrom('POST' as const, 'POST' as const, 'any' as const),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom(...EVENT_FAULTS),
      times: fc.integer({ min: 1, max: 4 }),
      seed: fc.integer({ min: 1, max: 9_999 }),
      days: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('poison' as const),
      provider: fc.constantFrom(...PROVIDERS),
      variant: fc.nat({ max: 99 }),
    }),
  },
);

type Circumstances = Omit<Act, 'customer' | 'deed'>;

const circumstances: fc.Arbitrary<Circumstances> = fc.record({
  replica,
  clicks: fc.constantFrom('once' as const, 'once' as const, 'twice' as const, 'twice with one key' as const),
  withKey: fc.boolean(),
  faults: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 5, arbitrary: fc.array(fault, { minLength: 1, maxLength: 1 }) },
    { weight: 2, arbitrary: fc.array(fault, { minLength: 2, maxLength: 2 }) },
  ),
});

const CUSTOMERS = 3;
const ACTS = 18;
const EXACTLY = { minLength: CUSTOMERS, maxLength: CUSTOMERS };

/** One value of an arbitrary, by a seed of its own: nothing that happens in a run has a say in it. */
function draw<Value>(arbitrary: fc.Arbitrary<Value>, seed: number): Value {
  const [value] = fc.sample(arbitrary, { seed, numRuns: 1 });
  if (value === undefined) throw new Error(`nothing was drawn by seed ${seed}`);
  return value;
}

/** The same plan for the same seed, on every machine. */
export function generatePlan(seed: number): Plan {
  const seeds = draw(fc.array(fc.integer(), { minLength: 3 * ACTS, maxLength: 3 * ACTS, size: 'max' }), seed).values();
  const next = (): number => seeds.next().value ?? seed;
  const customers = draw(fc.shuffledSubarray([...PROVIDERS, ...PROVIDERS], EXACTLY), seed);
  const pasts: Past[] = customers.map(() => ({ subscribed: false, bought: false }));
  const acts = Array.from({ length: ACTS }, (_, index): Act => {
    const customer = index < CUSTOMERS ? index : draw(fc.nat({ max: CUSTOMERS - 1 }), next());
    const past = pasts[customer] ?? { subscribed: false, bought: false };
    const deed = draw(deedAfter(past), next());
    pasts[customer] = {
      subscribed: past.subscribed || deed.do === 'subscribe',
      bought: past.bought || deed.do === 'buy',
    };
    return { customer, deed, ...draw(circumstances, next()) };
  });
  return { seed, customers, acts };
}
