import { describe, expect, it } from 'vitest';
import { describePlan } from './describe.js';
import { generatePlan } from './generate.js';
import { API_FAULTS, EVENT_FAULTS, type Deed } from './plan.types.js';

const plans = Array.from({ length: 60 }, (_, index) => generatePlan(index + 1));
const acts = plans.flatMap((plan) => plan.acts);

describe('a plan', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(generatePlan(7)).toEqual(plans[6]);
    expect(new Set(plans.map(describePlan)).size).toBe(plans.length);
  });

  it('has, among others, every kind of fault, at both providers', () => {
    const kinds = new Set(acts.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
    expect(kinds).toEqual(new Set(['kill', 'crash-database', 'poison', ...API_FAULTS, ...EVENT_FAULTS]));
    expect(new Set(plans.flatMap(({ customers }) => customers))).toEqual(new Set(['stripe', 'dodo']));
  });

  it('has, among others, everything that customers do, and clicks on two replicas at once', () => {
    const deeds = new Set(acts.map(({ deed }) => deed.do));
    const all: Record<Deed['do'], true> = {
      subscribe: true,
      buy: true,
      accept: true,
      decline: true,
      'cross-sell': true,
      schedule: true,
      undo: true,
      switch: true,
      cancel: true,
      resume: true,
      refund: true,
      trigger: true,
      dispute: true,
      card: true,
      renew: true,
      wait: true,
    };
    expect([...deeds].toSorted()).toEqual(Object.keys(all).toSorted());
    expect(new Set(acts.map(({ clicks }) => clicks)).size).toBe(3);
  });

  it('lets nobody change a subscription who never wished for one', () => {
    const early = plans.flatMap(({ acts: all }) =>
      all.filter(
        ({ customer, deed }, index) =>
          deed.do === 'switch' &&
          !all
            .slice(0, index)
            .some((before) => before.customer === customer && ['subscribe', 'accept'].includes(before.deed.do)),
      ),
    );
    expect(early).toEqual([]);
  });
});
