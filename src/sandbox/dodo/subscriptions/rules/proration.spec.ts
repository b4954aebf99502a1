import { describe, expect, test } from 'vitest';
import { settleAgainstCredit } from './credit-book.js';
import { computeProration, recurringAmountOf, startsPeriodAnew, sumOf, type BilledPlan } from './proration.js';

const MONTHLY = { interval: 'Month', count: 1 } as const;
const plan = (id: string, unitPrice: number, quantity = 1): BilledPlan => ({
  items: [{ kind: 'subscription', id, unitPrice, quantity }],
  frequency: MONTHLY,
});
const STARTER = plan('pdt_starter', 2000);
const BASIC = plan('pdt_basic', 3000);
const PRO = plan('pdt_pro', 8000);
/** The cycle of the provider's own example: 30 days from 1 January, changed on the 16th. */
const MID_CYCLE = {
  periodStart: Date.parse('2026-01-01T00:00:00Z'),
  periodEnd: Date.parse('2026-01-31T00:00:00Z'),
  now: Date.parse('2026-01-16T00:00:00Z'),
};

describe('the table of the upgrade guide', () => {
  test.each([
    ['prorated_immediately', BASIC, PRO, 2500, 0],
    ['difference_immediately', BASIC, PRO, 5000, 0],
    ['full_immediately', BASIC, PRO, 8000, 0],
    ['do_not_bill', BASIC, PRO, 0, 0],
    ['prorated_immediately', PRO, STARTER, 0, 3000],
    ['difference_immediately', PRO, STARTER, 0, 6000],
    ['full_immediately', PRO, STARTER, 2000, 0],
    ['do_not_bill', PRO, STARTER, 0, 0],
    ['difference_immediately', PRO, BASIC, 0, 5000],
  ] as const)('%s', (mode, from, to, charge, credits) => {
    const lines = computeProration({ mode, from, to, ...MID_CYCLE });
    expect(settleAgainstCredit(sumOf(lines), 0)).toEqual({ charge, credits });
  });

  test('add-ons are prorated as the plan is', () => {
    const withSeats: BilledPlan = {
      ...PRO,
      items: [...PRO.items, { kind: 'addon', id: 'adn_seat', unitPrice: 1000, quantity: 3 }],
    };
    const lines = computeProration({ mode: 'prorated_immediately', from: BASIC, to: withSeats, ...MID_CYCLE });
    expect(lines.map(({ amount }) => amount)).toEqual([4000, 1500, -1500]);
    expect(sumOf(lines)).toBe(4000);
    expect(recurringAmountOf(withSeats)).toBe(11_000);
  });
});

describe('the lines of a change', () => {
  test('show the old plan with a negative factor', () => {
    const lines = computeProration({ mode: 'difference_immediately', from: BASIC, to: PRO, ...MID_CYCLE });
    expect(lines.map(({ item, factor }) => [item.id, factor])).toEqual([
      ['pdt_pro', 1],
      ['pdt_basic', -1],
    ]);
  });

  test('are rounded one by one, a credit as the charge that it mirrors', () => {
    const third = { ...MID_CYCLE, now: MID_CYCLE.periodEnd - (MID_CYCLE.periodEnd - MID_CYCLE.periodStart) / 8 };
    const lines = computeProration({
      mode: 'prorated_immediately',
      from: plan('a', 1004),
      to: plan('b', 1004),
      ...third,
    });
    expect(lines.map(({ amount }) => amount)).toEqual([126, -126]);
  });

  test('count every unit', () => {
    const lines = computeProration({
      mode: 'difference_immediately',
      from: plan('a', 1000, 2),
      to: plan('b', 900, 5),
      ...MID_CYCLE,
    });
    expect(sumOf(lines)).toBe(2500);
  });

  test.each([
    ['before its start', '2025-12-31T00:00:00Z', 5000],
    ['at its start', '2026-01-01T00:00:00Z', 5000],
    ['at its end', '2026-01-31T00:00:00Z', 0],
    ['after its end', '2026-02-05T00:00:00Z', 0],
  ])('never take more than a whole period or less than none: %s', (_name, now, total) => {
    const lines = computeProration({
      mode: 'prorated_immediately',
      from: BASIC,
      to: PRO,
      ...MID_CYCLE,
      now: Date.parse(now),
    });
    expect(sumOf(lines)).toBe(total);
  });

  test('bill a plan of another frequency whole, less what is left of the old one', () => {
    const yearly: BilledPlan = { ...plan('pdt_yearly', 80_000), frequency: { interval: 'Year', count: 1 } };
    const lines = computeProration({ mode: 'prorated_immediately', from: BASIC, to: yearly, ...MID_CYCLE });
    expect(sumOf(lines)).toBe(78_500);
  });
});

test('every mode that charges starts the period anew', () => {
  expect(
    (['prorated_immediately', 'difference_immediately', 'full_immediately', 'do_not_bill'] as const).map(
      startsPeriodAnew,
    ),
  ).toEqual([true, true, true, false]);
});
