import { expect, it } from 'vitest';
import { stateOfPage } from './remembered-page.js';

const MADE = '2026-01-15T10:00:00.250125Z';
const MADE_SECONDS = Date.parse('2026-01-15T10:00:00Z') / 1_000;
const UNTIL = MADE_SECONDS + 24 * 3_600 - 300;

it.each([
  ['untouched', undefined, UNTIL - 1, 'open'],
  ['untouched, as Dodo may say it', null, MADE_SECONDS, 'open'],
  ['declined', 'failed', UNTIL - 1, 'open'],
  ['before the bank', 'requires_customer_action', UNTIL - 1, 'open'],
  ['paid', 'succeeded', MADE_SECONDS, 'over'],
  ['about to close', undefined, UNTIL, 'over'],
  ['on its way', 'processing', MADE_SECONDS, 'being_paid'],
  ['on its way, and closed', 'processing', UNTIL, 'being_paid'],
] as const)('a page that is %s', (_what, payment_status, now, expected) => {
  const session = payment_status === undefined ? { created_at: MADE } : { created_at: MADE, payment_status };
  expect(stateOfPage(session, now)).toBe(expected);
});

it('is over when nobody knows when it was made', () => {
  expect(stateOfPage({ created_at: 'soon' }, MADE_SECONDS)).toBe('over');
});
