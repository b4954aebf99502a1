import { expect, test } from 'vitest';
import { computeKeyHash, computeKeyPrefix, createApiKeySecret } from './api-key-secret.js';

test('a key is upl_ and 32 random bytes, no two alike', () => {
  const keys = Array.from({ length: 1_000 }, () => createApiKeySecret());
  for (const key of keys) {
    expect(key).toMatch(/^upl_[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(key.slice(4), 'base64url')).toHaveLength(32);
  }
  expect(new Set(keys).size).toBe(keys.length);
});

test('the hash is SHA-256 in hexadecimal', () => {
  // FIPS 180-2, appendix B.1
  expect(computeKeyHash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('the prefix shows 8 characters of the random part', () => {
  expect(computeKeyPrefix('upl_ABCDEFGHijklmnop')).toBe('upl_ABCDEFGH');
});
