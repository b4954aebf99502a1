import { describe, expect, it } from 'vitest';
import { DodoPayments } from 'dodopayments';
import { ProviderError } from '../provider-error.js';
import { codeOf, toProviderError } from './dodo-errors.js';

const { APIError } = DodoPayments;
const answered = (status: number, body: object | undefined = { code: 'SOMETHING', message: 'a secret' }) =>
  APIError.generate(status, body, undefined, new Headers({ 'x-request-id': 'req_1' }));
const unanswered = (code: string) =>
  new DodoPayments.APIConnectionError({
    message: 'Connection error.',
    cause: new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code }) }),
  });

describe('a failed call', () => {
  it.each([
    [400, 'SOMETHING', 'refused'],
    [401, 'UNAUTHORIZED', 'refused'],
    [403, 'FORBIDDEN', 'refused'],
    [404, 'NOT_FOUND', 'refused'],
    [422, 'NO_ELIGIBLE_PAYMENT_METHODS', 'refused'],
    [409, 'PENDING_PLAN_CHANGE_EXISTS', 'refused'],
    [409, 'SCHEDULED_PLAN_CHANGE_EXISTS', 'refused'],
    [409, 'A_WORD_OF_TOMORROW', 'unknown'],
    [408, 'SOMETHING', 'unknown'],
    [429, 'TOO_MANY_REQUESTS', 'unavailable'],
    [500, 'INTERNAL_SERVER_ERROR', 'unknown'],
    [502, 'SOMETHING', 'unknown'],
    [503, 'SOMETHING', 'unknown'],
    [307, 'SOMETHING', 'unknown'],
  ])('that was answered with %d %s is %s', (status, code, outcome) => {
    const error = toProviderError(answered(status, { code, message: 'a secret' }), 'payments.retrieve');
    expect(error).toMatchObject({ outcome, details: { providerCode: code, providerRequestId: 'req_1' } });
    expect(`${error.message}${JSON.stringify(error)}`).not.toContain('secret');
    expect(error.cause).toBeUndefined();
  });

  it.each([
    ['ECONNREFUSED', 'unavailable'],
    ['ENOTFOUND', 'unavailable'],
    ['EHOSTUNREACH', 'unavailable'],
    ['ECONNRESET', 'unknown'],
    ['UND_ERR_SOCKET', 'unknown'],
    ['UND_ERR_HEADERS_TIMEOUT', 'unknown'],
  ])('without an answer because of %s is %s', (code, outcome) => {
    expect(toProviderError(unanswered(code), 'x')).toMatchObject({ outcome, details: { providerCode: code } });
  });

  it.each([
    ['a timeout', new DodoPayments.APIConnectionTimeoutError()],
    ['our own deadline', new DodoPayments.APIUserAbortError()],
    ['a body that broke off', new TypeError('terminated')],
    ['a body that is no JSON', new SyntaxError('Unexpected token')],
  ])('is unknown after %s', (_name, error) => {
    expect(toProviderError(error, 'x').outcome).toBe('unknown');
  });

  it('quotes nothing of a body', () => {
    const error = toProviderError(new SyntaxError('Unexpected token, "a secret" is not valid JSON'), 'x');
    expect(error).toMatchObject({ outcome: 'unknown', details: { providerCode: 'unreadable_answer' } });
    expect(error.message + JSON.stringify(error.details)).not.toContain('secret');
    expect(error.cause).toBeUndefined();
  });

  it('keeps what is told already', () => {
    const told = new ProviderError('refused', 'the payment is of somebody else');
    expect(toProviderError(told, 'x')).toBe(told);
  });
});

describe('the word of an error', () => {
  it.each([
    ['flat', { code: 'NOT_FOUND', message: 'x' }, 'NOT_FOUND'],
    ['nested', { error: { code: 'not_found', message: 'x' } }, 'NOT_FOUND'],
    ['none', { message: 'x' }, undefined],
    ['no text', { code: 7 }, undefined],
    ['a whole sentence', { code: 'the card of Ada was refused' }, undefined],
    ['no body', undefined, undefined],
  ])('is read where it is %s', (_name, body, code) => {
    expect(codeOf(APIError.generate(422, body, undefined, new Headers()))).toBe(code);
  });
});
