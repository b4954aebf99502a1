import { describe, expect, it } from 'vitest';
import { attemptOf } from '../../../test/integration/charging/attempts.js';
import type { NextStep } from '../../billing-providers/index.js';
import { computeAdditions, computeDetails, computeExpiry, detailsOf, type Told } from './attempt-details.js';

const NOW = new Date('2026-01-15T09:00:00.000Z');
const inMinutes = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const PAGE: NextStep = { kind: 'checkout', url: 'http://pay.test/1', expiresAt: inMinutes(30).getTime() / 1_000 };
const CARD = { kind: 'card', brand: 'visa', last4: '4242' } as const;

describe('when an open attempt is looked at', () => {
  it('is when its page or its code closes', () => {
    expect(computeExpiry(PAGE, NOW)).toEqual(inMinutes(30));
    const code = { kind: 'pix', copyPasteCode: '000201', expiresAt: PAGE.expiresAt } as const;
    expect(computeExpiry(code, NOW)).toEqual(inMinutes(30));
  });

  it('is a quarter of an hour for the bank’s page', () => {
    expect(computeExpiry({ kind: 'authenticate', url: 'http://bank.test' }, NOW)).toEqual(inMinutes(15));
  });

  it('is an hour while money is under way', () => expect(computeExpiry(null, NOW)).toEqual(inMinutes(60)));
});

describe('what is known of an attempt after a move', () => {
  it('is what was taken, with which card, and no step any more', () => {
    const open = attemptOf({ status: 'pending', nextStep: PAGE, expiresAt: NOW, references: { checkoutId: 'cs_1' } });
    const told: Told = {
      status: 'succeeded',
      amount: 5_000,
      currency: 'USD',
      references: { paymentId: 'pi_1' },
      method: CARD,
    };
    expect(computeDetails(open, 'succeeded', told, NOW)).toEqual({
      amount: 5_000,
      currency: 'USD',
      references: { checkoutId: 'cs_1', paymentId: 'pi_1' },
      nextStep: null,
      method: CARD,
      failureCode: null,
      failureDetail: null,
      expiresAt: null,
      absentAt: null,
    });
  });

  it('is the step that the customer has to take', () => {
    const told: Told = { status: 'pending', references: { checkoutId: 'cs_1' }, next: PAGE };
    expect(computeDetails(attemptOf(), 'pending', told, NOW)).toMatchObject({
      nextStep: PAGE,
      expiresAt: inMinutes(30),
    });
  });

  it('is the same step while nothing has happened, and none once money is under way', () => {
    const open = attemptOf({ status: 'requires_action', nextStep: PAGE, expiresAt: inMinutes(30) });
    const untouched: Told = { status: 'pending', references: {}, isUntouched: true };
    expect(computeDetails(open, 'requires_action', untouched, NOW)).toMatchObject({
      nextStep: PAGE,
      expiresAt: inMinutes(30),
    });
    const underWay: Told = { status: 'pending', references: {} };
    expect(computeDetails(open, 'requires_action', underWay, NOW)).toMatchObject({
      nextStep: null,
      expiresAt: inMinutes(60),
    });
  });

  it('is why it failed, in both words; a late success forgets that', () => {
    const failure = { code: 'card_declined', providerCode: 'do_not_honor' } as const;
    const failed = computeDetails(attemptOf(), 'failed', { status: 'failed', references: {}, failure }, NOW);
    expect(failed).toMatchObject({ failureCode: 'card_declined', failureDetail: 'do_not_honor' });
    const late: Told = { status: 'succeeded', references: {}, amount: 4_900 };
    const revived = computeDetails(attemptOf({ ...failed, status: 'failed' }), 'succeeded', late, NOW);
    expect(revived).toMatchObject({ failureCode: null, failureDetail: null, amount: 4_900, currency: 'BRL' });
  });

  it('is nothing of a step when it was open only in passing', () => {
    const told: Told = { status: 'expired', references: {} };
    expect(computeDetails(attemptOf({ status: 'unknown' }), 'pending', told, NOW).nextStep).toBeNull();
  });

  it('keeps everything when there was no answer, and says why', () => {
    const attempt = attemptOf({ references: { checkoutId: 'cs_1' }, absentAt: NOW });
    const told: Told = { status: 'unknown', detail: 'ECONNRESET' };
    expect(computeDetails(attempt, 'unknown', told, NOW)).toEqual({
      ...detailsOf(attempt),
      failureDetail: 'ECONNRESET',
    });
  });

  it('forgets that a list lacked it once somebody has seen it', () => {
    const told: Told = { status: 'pending', references: {} };
    expect(computeDetails(attemptOf({ status: 'unknown', absentAt: NOW }), 'pending', told, NOW).absentAt).toBeNull();
  });
});

describe('what older news adds', () => {
  const paid = attemptOf({ status: 'succeeded', references: { paymentId: 'pi_1' }, method: { kind: 'card' } });

  it('is ids that were missing, and the card’s digits', () => {
    const told: Told = {
      status: 'succeeded',
      amount: 1,
      references: { paymentId: 'pi_other', checkoutId: 'cs_1' },
      method: CARD,
    };
    expect(computeAdditions(paid, told)).toEqual({
      ...detailsOf(paid),
      references: { paymentId: 'pi_1', checkoutId: 'cs_1' },
      method: CARD,
    });
  });

  it('is not the kind alone when the card is known', () => {
    const known = { ...paid, method: CARD };
    const told: Told = { status: 'succeeded', amount: 4_900, references: {}, method: { kind: 'card' } };
    expect(computeAdditions(known, told)).toEqual(detailsOf(known));
  });

  it('is nothing of another status', () => {
    const failure = { code: 'card_declined' } as const;
    expect(computeAdditions(paid, { status: 'failed', references: {}, failure })).toEqual(detailsOf(paid));
    expect(computeAdditions(paid, { status: 'unknown', detail: 'ECONNRESET' })).toEqual(detailsOf(paid));
  });
});
