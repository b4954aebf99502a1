import { describe, expect, it } from 'vitest';
import { findUrlProblem } from './webhook-url.js';

describe('the address of an endpoint', () => {
  it.each(['https://shop.example/hooks', 'https://shop.example:8443/hooks?shop=1', 'https://93.184.215.14/'])(
    'may be %s',
    (url) => expect(findUrlProblem(url, { allowPrivate: false })).toBeUndefined(),
  );

  it.each([
    ['ftp://shop.example/', 'url must be https'],
    ['javascript:alert(1)', 'url must be https'],
    ['/hooks', 'url must be an absolute URL'],
    ['https://', 'url must be an absolute URL'],
    ['https://user@shop.example/', 'url must not carry credentials: messages are signed'],
    ['https://:secret@shop.example/', 'url must not carry credentials: messages are signed'],
    ['https://shop.example/#part', 'url must not have a fragment'],
    [`https://shop.example/${'a'.repeat(2_000)}`, 'url must have at most 2000 characters'],
  ])('may not be %s', (url, problem) => {
    expect(findUrlProblem(url, { allowPrivate: true })).toBe(problem);
  });

  it('is without encryption only where private addresses are allowed', () => {
    expect(findUrlProblem('http://10.0.0.7/hooks', { allowPrivate: true })).toBeUndefined();
    expect(findUrlProblem('http://shop.example/hooks', { allowPrivate: false })).toBe('url must be https');
  });
});
