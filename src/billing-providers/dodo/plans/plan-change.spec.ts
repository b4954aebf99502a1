import { describe, expect, it } from 'vitest';
import type { DodoPayments } from 'dodopayments';
import { readSubscription, scheduledChange } from '../../../../test/support/dodo-subscription.js';
import type { ChangePlanCommand } from '../../domain/charge.js';
import { refusalOf, toAmounts, toChangeParameters } from './plan-change.js';

type Preview = DodoPayments.SubscriptionPreviewChangePlanResponse;

const preview = (total_amount: number, customer_credits = 0, currency: DodoPayments.Currency = 'USD'): Preview => ({
  immediate_charge: {
    effective_at: '2026-10-01T10:00:05.000000Z',
    line_items: [],
    summary: {
      currency,
      customer_credits,
      settlement_amount: total_amount,
      settlement_currency: currency,
      total_amount,
    },
  },
  new_plan: readSubscription({ product_id: 'pdt_ultra' }),
});

const agreed = (amount: number, credit = 0): ChangePlanCommand => ({
  kind: 'change_plan',
  mode: 'prorated_immediately',
  customerId: 'cus_1',
  amount,
  credit,
  currency: 'USD',
  description: 'Ultra',
  metadata: {},
  subscriptionId: 'sub_1',
  fromPriceId: 'pdt_pro',
  planPriceId: 'pdt_ultra',
  prorationAt: 1_793_000_000,
});

describe('a switch at once', () => {
  it('repeats quantity and addons, which Dodo would take away', () => {
    const addons = [
      { addon_id: 'adn_seats', quantity: 3 },
      { addon_id: 'adn_storage', quantity: 1 },
    ];
    const parameters = toChangeParameters(readSubscription({ addons }), 'pdt_ultra', 'do_not_bill');
    expect(parameters).toEqual({
      product_id: 'pdt_ultra',
      quantity: 2,
      addons,
      proration_billing_mode: 'do_not_bill',
      effective_at: 'immediately',
    });
  });

  it('takes the place of a change that waits, and of none that is not there', () => {
    const waiting = readSubscription({ scheduled_change: scheduledChange });
    expect(toChangeParameters(waiting, 'pdt_ultra', 'full_immediately')).toMatchObject({
      cancel_scheduled_change_plan: true,
    });
    expect(toChangeParameters(readSubscription(), 'pdt_ultra', 'full_immediately')).not.toHaveProperty(
      'cancel_scheduled_change_plan',
    );
  });
});

describe('what a preview promises', () => {
  it.each([
    ['a charge', 5_000, 0, { amountDue: 5_000, credit: 0 }],
    ['a charge that credit pays a part of', 2_000, -3_000, { amountDue: 2_000, credit: 0 }],
    ['a charge that credit pays whole', 0, -5_000, { amountDue: 0, credit: 0 }],
    ['credit', 0, 3_000, { amountDue: 0, credit: 3_000 }],
    ['nothing', 0, 0, { amountDue: 0, credit: 0 }],
    ['the least that a gateway takes, the rest put down', 50, 37, { amountDue: 50, credit: 0 }],
  ])('%s', (_what, total, credits, expected) => {
    expect(toAmounts(preview(total, credits))).toEqual({ ...expected, currency: 'USD' });
  });
});

describe('whether it is still what was agreed', () => {
  it.each([
    ['the same', preview(5_000), agreed(5_000), undefined],
    ['less', preview(4_999), agreed(5_000), undefined],
    ['nothing any more', preview(0, -5_000), agreed(5_000), undefined],
    ['more', preview(5_001), agreed(5_000), 'preview_differs'],
    ['a charge where there was none', preview(1), agreed(0, 3_000), 'preview_differs'],
    ['another currency', preview(5_000, 0, 'EUR'), agreed(5_000), 'preview_differs'],
    ['the same credit', preview(0, 3_000), agreed(0, 3_000), undefined],
    ['more credit', preview(0, 3_001), agreed(0, 3_000), undefined],
    ['credit less what some minutes take', preview(0, 2_970), agreed(0, 3_000), undefined],
    ['less credit than that', preview(0, 2_969), agreed(0, 3_000), 'credit_differs'],
    ['a cent less of a small credit', preview(0, 9), agreed(0, 10), undefined],
    ['two cents less of it', preview(0, 8), agreed(0, 10), 'credit_differs'],
    ['a credit where none was promised', preview(0, 500), agreed(0, 0), undefined],
  ])('%s', (_what, now, command, expected) => {
    expect(refusalOf(now, command)).toBe(expected);
  });
});
