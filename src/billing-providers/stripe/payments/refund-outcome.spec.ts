import { describe, expect, it } from 'vitest';
import type { Stripe } from 'stripe';
import { toRefundOutcome } from './refund-outcome.js';

const references = { refundId: 're_1', paymentId: 'pi_1' };
const outcomeOf = (more: object) =>
  toRefundOutcome({ id: 're_1', payment_intent: 'pi_1', amount: 500, ...more } as Stripe.Refund);

describe('what became of a refund', () => {
  it.each([
    [{ status: 'succeeded' }, { status: 'succeeded', amount: 500 }],
    [{ status: 'pending' }, { status: 'pending' }],
    [{ status: 'requires_action' }, { status: 'pending' }],
    [{ status: null }, { status: 'pending' }],
    [{ status: 'canceled' }, { status: 'canceled' }],
    [
      { status: 'failed', failure_reason: 'lost_or_stolen_card' },
      { status: 'failed', failure: { code: 'provider_refused', providerCode: 'lost_or_stolen_card' } },
    ],
    [{ status: 'failed' }, { status: 'failed', failure: { code: 'provider_refused' } }],
  ])('%j', (more, expected) => {
    expect(outcomeOf(more)).toEqual({ references, ...expected });
  });

  it('of a charge without a payment names the refund alone', () => {
    expect(outcomeOf({ status: 'succeeded', payment_intent: null }).references).toEqual({ refundId: 're_1' });
  });
});
