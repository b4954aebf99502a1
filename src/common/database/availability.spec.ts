import { describe, expect, it } from 'vitest';
import { isDatabaseUnavailable } from './availability.js';

const withCode = (code: string): Error => Object.assign(new Error('secret'), { code });

describe('isDatabaseUnavailable', () => {
  it.each(['08006', '53300', '57P01', '57P03', '25006', 'ECONNREFUSED', 'ETIMEDOUT'])('is true for %s', (code) => {
    expect(isDatabaseUnavailable(withCode(code))).toBe(true);
    expect(isDatabaseUnavailable({ driverError: { code } })).toBe(true);
  });

  it.each([
    'timeout exceeded when trying to connect',
    'Connection terminated due to connection timeout',
    'timeout expired',
    'Connection terminated unexpectedly',
    'Connection terminated',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
    'Query runner already released. Cannot run queries anymore.',
    'Database connection provided by a query runner was already released, cannot continue to use its querying methods anymore.',
  ])('is true for a connection that says: %s', (message) => {
    expect(isDatabaseUnavailable(new Error(message))).toBe(true);
  });

  it.each(['23505', '22021', '57014', '40001'])('is false for %s', (code) => {
    expect(isDatabaseUnavailable(withCode(code))).toBe(false);
  });

  it('is false for an error of our own', () => {
    expect(isDatabaseUnavailable(new TypeError('x is undefined'))).toBe(false);
  });
});
