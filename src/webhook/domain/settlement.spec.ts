import { describe, expect, it } from 'vitest';
import type { FactOutcome } from '../../subscription/index.js';
import { completed, failed, quarantined, toOutcomeLabel, toSettlement, type Settlement } from './settlement.js';

describe('toSettlement', () => {
  it.each<[FactOutcome, Settlement]>([
    [{ result: 'applied' }, { status: 'completed', outcome: 'applied', waitingFor: null }],
    [
      { result: 'ignored', reason: 'too_late' },
      { status: 'completed', outcome: 'ignored:too_late', waitingFor: null },
    ],
    [
      { result: 'foreign', waitingFor: 'customer:stripe:cus_1' },
      { status: 'completed', outcome: 'foreign', waitingFor: 'customer:stripe:cus_1' },
    ],
    [
      { result: 'failed', error: 'no plan' },
      { status: 'failed', outcome: null, error: 'no plan', waitingFor: null, retried: true },
    ],
    [
      { result: 'failed', error: 'no plan', waitingFor: 'price:stripe:price_1' },
      { status: 'failed', outcome: null, error: 'no plan', waitingFor: 'price:stripe:price_1', retried: false },
    ],
  ])('of %j', (outcome, settlement) => {
    expect(toSettlement(outcome, 'applied')).toEqual(settlement);
  });

  it('says what applying meant', () => {
    expect(toSettlement({ result: 'applied' }, 'fetch_requested')).toMatchObject({ outcome: 'fetch_requested' });
  });
});

describe('toOutcomeLabel', () => {
  it.each<[Settlement, string]>([
    [completed('applied'), 'applied'],
    [completed('ignored:too_late'), 'ignored'],
    [quarantined('not JSON'), 'quarantined'],
    [failed('no plan'), 'failed'],
  ])('of %j is %s', (settlement, label) => {
    expect(toOutcomeLabel(settlement)).toBe(label);
  });
});
