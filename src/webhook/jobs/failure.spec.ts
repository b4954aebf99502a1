import { describe, expect, it } from '@jest/globals';
import { ApplicationError } from '../../common/errors/index.js';
import { isDatabaseUnavailable, toErrorText } from './failure.js';

const withCode = (code: string, more: object = {}): Error => Object.assign(new Error('secret'), { code, ...more });

describe('isDatabaseUnavailable', () => {
  it.each(['08006', '53300', '57P01', '57P03', '25006', 'ECONNREFUSED', 'ETIMEDOUT'])('is true for %s', (code) => {
    expect(isDatabaseUnavailable(withCode(code))).toBe(true);
    expect(isDatabaseUnavailable({ driverError: { code } })).toBe(true);
  });

  it.each(['23505', '22021', '57014', '40001'])('is false for %s', (code) => {
    expect(isDatabaseUnavailable(withCode(code))).toBe(false);
  });

  it('is false for an error of our own', () => {
    expect(isDatabaseUnavailable(new TypeError('x is undefined'))).toBe(false);
  });
});

describe('toErrorText', () => {
  it('names the constraint and never the message', () => {
    const text = toErrorText(withCode('23505', { constraint: 'users_email_key' }));
    expect(text).toMatch(/SQLSTATE 23505, users_email_key/);
    expect(text).not.toMatch(/secret/);
  });

  it('names the kind of an unexpected error and never its message', () => {
    const text = toErrorText(new TypeError('secret'));
    expect(text).toMatch(/TypeError/);
    expect(text).not.toMatch(/secret/);
  });

  it('repeats what was written for a reader', () => {
    expect(toErrorText(new ApplicationError('conflict', { detail: 'Two owners.' }))).toBe('Two owners.');
  });
});
