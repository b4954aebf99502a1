import fc from 'fast-check';
import {
  API_FAULTS,
  BOUGHT,
  ENDINGS,
  EVENT_FAULTS,
  MODES,
  PLANS,
  PROVIDERS,
  type Act,
  type Bought,
  type Deed,
  type Fault,
  type Plan,
  type PlanCode,
  type ProviderId,
} from './plan.types.js';

const plan = fc.constantFrom(...(Object.keys(PLANS) as PlanCode[]));
const replica = fc.constantFrom(0 as const, 1 as const);

/** What a customer can have come to by what they wished for before, whatever became of it. */
interface Past {
  readonly provider: ProviderId;
  readonly subscribed: boolean;
  readonly bought: boolean;
  readonly wasTriggered: boolean;
  /** What the page that they have open is about, and how many of its steps may be left. */
  readonly page: Bought;
  readonly steps: number;
}

const STEPS: Readonly<Record<Bought, number>> = { kit: 3, kit_brl: 1 };

const accept = ({ page, provider }: Past): fc.Arbitrary<Deed> =>
  fc.record({
    do: fc.constant('accept' as const),
    method:
      page === 'kit_brl' && provider === 'stripe'
        ? fc.constantFrom('pix' as const, 'pix' as const, 'card' as const)
        : fc.constant('card' as const),
    ending: fc.constantFrom('pay' as const, 'pay' as const, ...ENDINGS),
  });
const buy = ({ provider }: Past): fc.Arbitrary<Deed> =>
  fc.record({
    do: fc.constant('buy' as const),
    goods: provider === 'stripe' ? fc.constantFrom('kit' as const, ...BOUGHT) : fc.constant('kit' as const),
    card: fc.constantFrom('plain' as const, 'plain' as const, 'plain' as const, 'asking' as const),
  });
const ifSubscribed = ({ subscribed }: Past): boolean => subscribed;
const always =
  <Value>(arbitrary: fc.Arbitrary<Value>) =>
  () =>
    arbitrary;

type Choice = readonly [weight: number, isPossible: (past: Past) => boolean, deed: (past: Past) => fc.Arbitrary<Deed>];

const DEEDS: readonly Choice[] = [
  [2, ({ subscribed }) => !subscribed, always(fc.record({ do: fc.constant('subscribe' as const), plan }))],
  [3, ({ steps }) => steps === 0, buy],
  [9, ({ steps }) => steps > 0, accept],
  [3, ({ steps, page }) => steps > 0 && page === 'kit', always(fc.constant({ do: 'decline' as const }))],
  [2, () => true, always(fc.constant({ do: 'cross-sell' as const }))],
  [2, ({ bought, wasTriggered }) => bought && !wasTriggered, always(fc.constant({ do: 'trigger' as const }))],
  [3, ifSubscribed, always(fc.record({ do: fc.constant('schedule' as const), plan }))],
  [1, ifSubscribed, always(fc.constant({ do: 'undo' as const }))],
  [5, ifSubscribed, always(fc.record({ do: fc.constant('switch' as const), plan, mode: fc.constantFrom(...MODES) }))],
  [1, ifSubscribed, always(fc.constant({ do: 'cancel' as const }))],
  [1, ifSubscribed, always(fc.constant({ do: 'resume' as const }))],
  [2, ({ bought }) => bought, always(fc.constant({ do: 'refund' as const }))],
  [
    1,
    ({ bought }) => bought,
    always(fc.record({ do: fc.constant('dispute' as const), ends: fc.constantFrom('won' as const, 'lost' as const) })),
  ],
  [1, ifSubscribed, always(fc.record({ do: fc.constant('card' as const), pays: fc.boolean() }))],
  [2, ifSubscribed, always(fc.constant({ do: 'renew' as const }))],
  [1, () => true, always(fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(2, 70, 3_000) }))],
];

/** What is behind a customer who has done this, at best. */
function after(past: Past, deed: Deed): Past {
  const { page, steps } = past;
  switch (deed.do) {
    case 'buy':
      return { ...past, bought: true, page: deed.goods, steps: STEPS[deed.goods] };
    case 'accept': {
      const takesPlan = page === 'kit' && steps === 1;
      return { ...past, subscribed: past.subscribed || takesPlan, steps: deed.ending === 'pay' ? 0 : steps };
    }
    case 'decline':
      return { ...past, steps: steps - 1 };
    case 'subscribe':
      return { ...past, subscribed: true };
    case 'trigger':
      return { ...past, wasTriggered: true };
    case 'refund':
    case 'dispute':
      return { ...past, steps: 0 };
    default:
      return past;
  }
}

const isLong = (deed: Deed): boolean => deed.do === 'renew' || (deed.do === 'wait' && deed.minutes >= 60);

const deedAfter = (past: Past): fc.Arbitrary<Deed> =>
  fc.oneof(
    ...DEEDS.filter(([, isPossible]) => isPossible(past)).map(([weight, , deed]) => ({
      weight,
      arbitrary: deed(past),
    })),
  );

const trap = fc.oneof(
  fc.record({
    kind: fc.constant('provider' as const),
    edge: fc.constantFrom('before' as const, 'after' as const),
    count: fc.constantFrom(1, 1, 1, 2),
  }),
  fc.record({
    kind: fc.constant('commit' as const),
    edge: fc.constantFrom('before' as const, 'after' as const),
    count: fc.constantFrom(1, 1, 2, 3),
  }),
  fc.record({
    kind: fc.constant('any' as const),
    edge: fc.constantFrom('before' as const, 'after' as const),
    count: fc.integer({ min: 1, max: 9 }),
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
      skip: fc.constantFrom(0, 0, 0, 0, 1),
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
);

const poison: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constant('poison' as const),
  provider: fc.constantFrom(...PROVIDERS),
  variant: fc.nat({ max: 99 }),
});

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
/** More than one in a hundred events. */
const ACTS_FOR_EACH_POISON = 6;
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
  const pasts = customers.map((provider): Past => ({
    provider,
    subscribed: false,
    bought: false,
    wasTriggered: false,
    page: 'kit',
    steps: 0,
  }));
  const acts = Array.from({ length: ACTS }, (_, index): Act => {
    const customer = index < CUSTOMERS ? index : draw(fc.nat({ max: CUSTOMERS - 1 }), next());
    const past = pasts[customer];
    if (!past) throw new Error(`there is no customer ${customer}`);
    const deed = draw(deedAfter(past), next());
    pasts[customer] = after(past, deed);
    // A page of before is nothing any more.
    if (isLong(deed)) for (const [each, of] of pasts.entries()) pasts[each] = { ...of, steps: 0 };
    const { faults, ...how } = draw(circumstances, next());
    const poisons = index % ACTS_FOR_EACH_POISON === ACTS_FOR_EACH_POISON - 1 ? [draw(poison, next())] : [];
    return { customer, deed, ...how, faults: [...faults, ...poisons] };
  });
  return { seed, customers, acts };
}
