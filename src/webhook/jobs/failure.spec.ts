import { describe, expect, it } from 'vitest';
import { ApplicationError } from '../../common/errors/index.js';
import { toErrorText } from './failure.js';

const withCode = (code: string, more: object = {}): Error => Object.assign(new Error('secret'), { code, ...more });

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
