import type { OneClickCommand } from '../../../src/billing-providers/index.js';
import type { ChargeAttempt } from '../../../src/charging/index.js';

/** 15 January 2026, 09:00 UTC. */
export const SENT_AT = new Date('2026-01-15T09:00:00.000Z');

export const ONE_CLICK: OneClickCommand = {
  kind: 'one_click',
  amount: 4_900,
  currency: 'BRL',
  customerId: 'cus_1',
  description: 'Colour grading',
  metadata: { offer: 'grading' },
  cardId: 'pm_1',
  returnUrl: 'http://uplift.test/back',
  installments: 1,
};

/** An attempt that was sent and has not been answered yet. */
export const attemptOf = (changes: Partial<ChargeAttempt> = {}): ChargeAttempt => ({
  id: '1',
  uuid: '7a9a1f7e-52a5-4b3f-8f9f-6a1b8f0c2d11',
  intentKey: 'upsell:1:1',
  purpose: 'upsell',
  subjectId: '1',
  status: 'sent',
  provider: 'stripe',
  userId: '1',
  amount: 4_900,
  currency: 'BRL',
  command: ONE_CLICK,
  references: {},
  nextStep: null,
  method: null,
  failureCode: null,
  failureDetail: null,
  sentAt: SENT_AT,
  absentAt: null,
  expiresAt: null,
  createdAt: SENT_AT,
  ...changes,
});
