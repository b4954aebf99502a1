import { expect, test } from 'vitest';
import { isLastUseStale, type ApiKey } from './api-key.js';

const NOW = new Date('2026-05-03T09:30:00.000Z');
const usedAt = (lastUsedAt: Date | null): ApiKey => ({
  id: '1',
  uuid: '1f6b1c9e-0f43-4b0b-9a0e-0f7c7cf0a001',
  name: 'storefront',
  prefix: 'upl_12345678',
  scopes: ['service'],
  createdAt: NOW,
  lastUsedAt,
  revokedAt: null,
});

test.each([
  ['never used', null, true],
  ['used now', NOW, false],
  ['used a minute ago', new Date('2026-05-03T09:29:00.000Z'), false],
  ['used a little longer ago', new Date('2026-05-03T09:28:59.999Z'), true],
  ['used by a process whose clock is ahead', new Date('2026-05-03T09:31:00.000Z'), false],
])('%s', (_what, lastUsedAt, expected) => {
  expect(isLastUseStale(usedAt(lastUsedAt), NOW)).toBe(expected);
});
