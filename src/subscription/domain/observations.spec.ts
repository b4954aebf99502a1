import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { ProviderFact } from '../../billing-providers/index.js';
import { DAY, PLANS, START } from '../../../test/support/facts.js';
import { Observed, type ObservedChange } from '../../../test/support/observed.js';
import { brief, rowsOf } from '../../../test/support/projection.js';
import { foldFacts } from './fold.js';
import { computeReadingSecond } from './observations.js';
import { computeProjection } from './projection.js';

const PRICE = fc.constantFrom('price_basic', 'price_pro', 'price_enterprise');
const CHANGE: fc.Arbitrary<ObservedChange> = fc.oneof(
  fc.constantFrom<ObservedChange>(['renew'], ['unschedule'], ['hold'], ['fail_change'], ['recover'], ['cancel_at_end']),
  fc.constantFrom<ObservedChange>(['resume'], ['cancel']),
  fc.tuple(fc.constantFrom('schedule' as const, 'switch' as const, 'switch_in_period' as const), PRICE),
);
const LIFE = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 * DAY }), CHANGE), { maxLength: 12 });

/** Readings that begin and are answered at any time, and one that begins when all has happened. */
const readingsOf = (observed: Observed, moments: readonly (readonly [number, number])[]): ProviderFact[][] => [
  ...moments.map(([begin, takes]) => observed.read(START + begin, START + begin + takes)),
  observed.read(observed.now + 1, observed.now + 1),
];

const MOMENTS = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 * DAY }), fc.integer({ min: 0, max: DAY })), {
  maxLength: 8,
});

describe('what was observed', () => {
  it('ends in the row of the last reading, whatever was read before, in every order and any number of times', () => {
    fc.assert(
      fc.property(LIFE, MOMENTS, fc.infiniteStream(fc.nat()), (life, moments, random) => {
        const observed = Observed.of(life);
        // None begins after the last one: that one is what decides.
        const early = moments.filter(([begin]) => START + begin <= observed.now);
        const readings = readingsOf(observed, early);
        const order = [...readings, ...readings.slice(1)]
          .map((facts) => ({ facts, place: random.next().value as number }))
          .toSorted((left, right) => left.place - right.place)
          .flatMap(({ facts }) => facts);
        const distinct = [...new Map(order.map((fact) => [fact.eventId, fact])).values()];
        expect(rowsOf(distinct)?.subscription).toEqual(rowsOf(readings.at(-1) ?? [])?.subscription);
        expect(rowsOf(distinct)).toEqual(rowsOf(readings.flat()));
        expect(foldFacts(null, distinct, PLANS).mustRead).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('is the same when old facts are folded away', () => {
    fc.assert(
      fc.property(LIFE, MOMENTS, (life, moments) => {
        const facts = readingsOf(Observed.of(life), moments).flat();
        for (const until of new Set(facts.map((fact) => fact.occurredAt))) {
          const old = facts.filter((fact) => fact.occurredAt < until);
          const base = JSON.parse(JSON.stringify(foldFacts(null, old, PLANS).state));
          const rest = facts.filter((fact) => fact.occurredAt >= until);
          expect(computeProjection(foldFacts(base, rest, PLANS).state, PLANS)).toEqual(rowsOf(facts));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('tells a scheduled change from its beginning to its payment', () => {
    const observed = Observed.of([[DAY, ['schedule', 'price_pro']]]);
    const pending = observed.read(observed.now, observed.now);
    expect(brief(pending)).toEqual(['new basic active paid', 'change pro pending pending']);
    observed.live([[DAY, ['renew']]]);
    const switched = observed.read(observed.now, observed.now);
    expect(brief([...pending, ...switched])).toEqual(['new basic active paid', 'change pro active paid']);
    expect(rowsOf([...pending, ...switched])?.subscription).toMatchObject({ planId: 'pro', scheduledPlanId: null });
  });

  it('tells a change that another one replaced, and one that was taken back', () => {
    const observed = new Observed();
    const facts: ProviderFact[] = [];
    for (const change of [['schedule', 'price_pro'], ['schedule', 'price_enterprise'], ['unschedule']] as const) {
      observed.live([[60, change]]);
      facts.push(...observed.read(observed.now, observed.now));
    }
    expect(brief(facts)).toEqual([
      'new basic active paid',
      'change pro inactive pending',
      'change enterprise inactive pending',
    ]);
  });

  it('has one beginning, also where it was seen before its first payment', () => {
    const observed = new Observed('pending');
    const before = observed.read(START, START);
    expect(brief(before)).toEqual(['new basic pending pending']);
    observed.live([[90, ['recover']]]);
    const after = observed.read(observed.now, observed.now);
    expect(rowsOf([...before, ...after])).toEqual(rowsOf(after));
    expect(brief(after)).toEqual(['new basic active paid']);
  });

  it('switches at once: a period that begins anew is paid, one that goes on has nothing to pay', () => {
    const anew = Observed.of([]);
    const first = anew.read(anew.now, anew.now);
    anew.live([[DAY, ['switch', 'price_pro']]]);
    expect(brief([...first, ...anew.read(anew.now, anew.now)])).toEqual([
      'new basic active paid',
      'change pro active paid',
    ]);
    const onwards = Observed.of([]);
    onwards.live([[DAY, ['switch_in_period', 'price_pro']]]);
    expect(brief([...first, ...onwards.read(onwards.now, onwards.now)])).toEqual([
      'new basic active paid',
      'change pro active N/A',
    ]);
  });

  it('has at its end what no reading saw: the last renewal or switch before it', () => {
    const observed = Observed.of([]);
    const first = observed.read(observed.now, observed.now);
    observed.live([
      [DAY, ['switch', 'price_pro']],
      [DAY, ['cancel']],
    ]);
    const facts = [...first, ...observed.read(observed.now, observed.now)];
    expect(brief(facts)?.at(-1)).toMatch('change pro active');
    expect(rowsOf(facts)?.subscription).toMatchObject({ status: 'canceled', planId: 'pro' });
  });

  it('keeps the order of readings within one second, also of two that say the same', () => {
    const observed = Observed.of([]);
    const states = [['cancel_at_end'], ['resume'], ['cancel_at_end'], ['resume']] as const;
    const facts = states.flatMap((change) => {
      observed.live([[0, change]]);
      return observed.read(observed.now, observed.now);
    });
    expect(rowsOf(facts.toReversed())?.subscription.cancelAt).toBeNull();
    expect(rowsOf(facts.slice(0, -3).toReversed())?.subscription.cancelAt).not.toBeNull();
  });
});

describe('computeReadingSecond', () => {
  const fact = (milliseconds: number) => ({
    eventId: `observed:${String(milliseconds).padStart(15, '0')}:x:subscription`,
    occurredAt: 100,
  });

  it.each([
    ['nothing is known', [], 100],
    ['an earlier reading of that second', [fact(4_999)], 100],
    ['a reading whose clock was ahead', [fact(5_001)], 101],
    ['a reading of this very millisecond', [fact(5_000)], 101],
    ['an event of that second', [{ eventId: 'evt_1', occurredAt: 100 }], 100],
    ['a reading of another second', [{ ...fact(9_000), occurredAt: 99 }], 100],
  ])('%s', (_what, known, expected) => {
    expect(computeReadingSecond(100, known, 5_000)).toBe(expected);
  });
});
