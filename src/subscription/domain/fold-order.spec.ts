import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { ProviderFact, SubscriptionFact } from '../../billing-providers/index.js';
import { DAY, PERIOD, PLANS, START, Story } from '../../../test/support/facts.js';
import { brief, rowsOf } from '../../../test/support/projection.js';
import { STORIES } from '../../../test/support/stories.js';
import { foldFacts, pricesNeededBy, pricesNeededByState } from './fold.js';
import { computeProjection } from './projection.js';

/** The same value with its keys the other way round. */
function reorderKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reorderKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, field]) => [key, reorderKeys(field)]),
  );
}

/** Two updates of one second from the same state to different plans. */
function uncertain(): ProviderFact[] {
  const changeTo = (priceId: string) => new Story().create().invoice('paid').wait(60).update({ priceId }).facts;
  const other = changeTo('price_enterprise').at(-1) as ProviderFact;
  return [...changeTo('price_pro'), { ...other, eventId: 'evt_x' }];
}

describe('what the provider sends once more, late and under another id', () => {
  const again = (story: Story, fact: ProviderFact | undefined): ProviderFact =>
    ({ ...fact, eventId: 'evt_again', occurredAt: story.now }) as ProviderFact;

  it('an update of the last period does not take the subscription back', () => {
    const story = new Story()
      .create()
      .invoice('paid')
      .wait(PERIOD - 1)
      .update({ cancelAt: START + PERIOD * 5 });
    const old = story.facts.at(-1);
    story.wait(1).renew('in_2').wait(1);
    const late = again(story, old);
    story.wait(60).update({ cancelAt: null }).wait(3600).invoice('paid');
    expect(rowsOf([...story.facts, late])).toEqual(rowsOf(story.facts));
  });

  it('a creation of a schedule does not undo its change', () => {
    const story = new Story().create().invoice('paid').wait(DAY).schedule('s', 'price_pro').wait(5);
    const late = again(
      story,
      story.facts.find((fact) => fact.kind === 'schedule'),
    );
    expect(rowsOf([...story.facts, late])).toEqual(rowsOf(story.facts));
  });

  it('an update that cannot come here is left out, and grants nothing', () => {
    const story = new Story()
      .create()
      .invoice('paid')
      .wait(DAY)
      .update({ cancelAt: START + PERIOD });
    const old = story.facts.at(-1);
    story.wait(60).update({ priceId: 'price_pro', latestInvoiceId: 'in_2' }).invoice('paid', 'in_2', []).wait(60);
    expect(rowsOf([...story.facts, again(story, old)])).toEqual(rowsOf(story.facts));
  });
});

describe('events that never come', () => {
  it('a renewal that is paid but was not told is asked for', () => {
    const story = new Story().create().invoice('paid').renew('in_2').wait(3600).invoice('paid');
    const withoutRenewal = story.facts.filter((fact) => fact.change !== 'updated');
    expect(foldFacts(null, withoutRenewal, PLANS).mustRead).toBe('renewal_unseen');
  });

  it('a beginning that is paid but was not told is asked for', () => {
    const story = new Story().create({ status: 'incomplete', providerStatus: 'incomplete' }).invoice('paid');
    expect(foldFacts(null, story.facts, PLANS).mustRead).toBe('beginning_unseen');
  });

  it('an update that does not go on from what is known is doubted', () => {
    const { facts } = new Story()
      .create()
      .invoice('paid')
      .wait(60)
      .update({ cancelAt: 1 })
      .wait(60)
      .update({ quantity: 2 });
    const withoutCancel = facts.filter((fact) => !(fact.kind === 'subscription' && 'cancelAt' in fact.previous));
    expect(foldFacts(null, withoutCancel, PLANS).mustRead).toBe('order_uncertain');
  });

  it.each(Object.keys(STORIES))('%s: told whole, it needs no reading', (name) => {
    expect(foldFacts(null, (STORIES[name] as () => Story)().facts, PLANS).mustRead).toBeUndefined();
  });
});

describe('the set of facts, in whatever order and however often they come', () => {
  const names = Object.keys(STORIES);

  it.each(names)('%s: every order of arrival, with duplicates, gives the same rows', (name) => {
    const { facts } = (STORIES[name] as () => Story)();
    const expected = rowsOf(facts);
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...facts], { minLength: facts.length }),
        fc.subarray([...facts]),
        (shuffled, again) => {
          const copies = again.map((fact, index) => ({ ...fact, eventId: `copy_${index}_${fact.eventId}` }));
          expect(rowsOf([...shuffled, ...copies])).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each(names)('%s: it does not matter in which order the database keeps the keys', (name) => {
    const { facts } = (STORIES[name] as () => Story)();
    const stored = facts.map((fact) => reorderKeys(fact) as ProviderFact);
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: facts.length, maxLength: facts.length }), (isStored) => {
        const copies = facts.map((fact, index) => ({
          ...(isStored[index] ? fact : stored[index]),
          eventId: `copy_${index}`,
        }));
        const mixed = facts.map((fact, index) => (isStored[index] ? stored[index] : fact) as ProviderFact);
        const { state, mustRead } = foldFacts(null, [...mixed, ...(copies as ProviderFact[])], PLANS);
        expect(computeProjection(state, PLANS)).toEqual(rowsOf(facts));
        expect(mustRead).toBeUndefined();
      }),
      { numRuns: 20 },
    );
  });

  it.each(names)('%s: folding old facts away changes nothing', (name) => {
    const { facts } = (STORIES[name] as () => Story)();
    for (const until of new Set(facts.map((fact) => fact.occurredAt))) {
      const old = facts.filter((fact) => fact.occurredAt < until);
      const base = JSON.parse(JSON.stringify(foldFacts(null, old, PLANS).state));
      const rest = facts.filter((fact) => fact.occurredAt >= until);
      // Only the plans that are named by what is left: others may not be asked for.
      const named = new Set([...pricesNeededByState(base), ...rest.flatMap(pricesNeededBy)]);
      const plans = new Map([...PLANS].filter(([priceId]) => named.has(priceId)));
      expect(computeProjection(foldFacts(base, rest, plans).state, plans)).toEqual(rowsOf(facts));
    }
  });

  it('orders several updates of one second by what each says was there before', () => {
    const { facts } = new Story()
      .create()
      .invoice('paid')
      .wait(60)
      .schedule('s', 'price_pro')
      .release('s')
      .schedule('t', 'price_enterprise');
    expect(brief(facts.toReversed())).toEqual(brief(facts));
    expect(foldFacts(null, facts, PLANS).mustRead).toBeUndefined();
  });

  it('asks the provider when events of one second cannot be ordered', () => {
    expect(foldFacts(null, uncertain(), PLANS).mustRead).toBe('order_uncertain');
  });
});

describe('readings of our own', () => {
  const reading = (facts: readonly ProviderFact[], covers: readonly string[]): ProviderFact => {
    const last = facts.findLast((fact) => fact.kind === 'subscription') as ProviderFact & { kind: 'subscription' };
    return {
      ...last,
      change: 'fetched',
      eventId: 'fetch:1',
      previous: {},
      covers,
      snapshot: { ...last.snapshot, priceId: 'price_pro' },
    };
  };

  it('decide a second whose events they were made after', () => {
    const facts = uncertain();
    const covers = facts.filter((fact) => fact.occurredAt === START + 60).map((fact) => fact.eventId);
    const folded = foldFacts(null, [...facts, reading(facts, covers)], PLANS);
    expect(folded.mustRead).toBeUndefined();
    expect(computeProjection(folded.state, PLANS)?.subscription.planId).toBe('pro');
  });

  it('do not decide about events that they did not know', () => {
    const facts = uncertain();
    expect(foldFacts(null, [...facts, reading(facts, [])], PLANS).mustRead).toBe('order_uncertain');
  });

  it('are ordered by what they knew, not by chance', () => {
    const { facts } = new Story()
      .create()
      .invoice('paid')
      .wait(60)
      .update({ cancelAt: START + PERIOD });
    const covers = facts.slice(2).map((fact) => fact.eventId);
    const first = { ...reading(facts, covers), eventId: 'fetch:z' };
    const second = { ...reading(facts, [...covers, 'fetch:z']), eventId: 'fetch:a' } as ProviderFact;
    const resumed = {
      ...second,
      snapshot: { ...(second as SubscriptionFact).snapshot, cancelAt: null },
    } as ProviderFact;
    const { effects, state } = foldFacts(null, [...facts, resumed, first], PLANS);
    expect(effects.get('fetch:z')).toEqual({ result: 'ignored', reason: 'superseded' });
    expect(state.snapshot?.cancelAt).toBeNull();
  });

  it('give way to an event of their second that they did not know', () => {
    const story = new Story()
      .create()
      .invoice('paid')
      .wait(DAY)
      .update({ cancelAt: START + PERIOD });
    const known = story.facts.at(-1) as SubscriptionFact;
    const read = {
      ...known,
      change: 'fetched',
      eventId: 'fetch:1',
      previous: {},
      covers: [known.eventId],
    } as ProviderFact;
    story.update({ cancelAt: null });
    const { state, mustRead } = foldFacts(null, [...story.facts, read], PLANS);
    expect([state.snapshot?.cancelAt, mustRead]).toEqual([null, undefined]);
  });

  it('do not count once something newer is known', () => {
    const { facts } = new Story()
      .create()
      .invoice('paid')
      .wait(60)
      .update({ cancelAt: START + PERIOD })
      .wait(60)
      .update({ cancelAt: null });
    const early = { ...reading(facts.slice(0, 3), []), occurredAt: START + 60 };
    const folded = foldFacts(null, [...facts, early], PLANS);
    expect(folded.effects.get('fetch:1')).toEqual({ result: 'ignored', reason: 'superseded' });
    expect(computeProjection(folded.state, PLANS)?.subscription.planId).toBe('basic');
  });
});
