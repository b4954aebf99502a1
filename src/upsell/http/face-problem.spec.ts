import { expect, it } from 'vitest';
import { asFace } from './face-problem.js';

it.each([
  ['service_unavailable', 'a database that is away', Object.assign(new Error('terminated'), { code: '57P01' })],
  ['internal_error', 'an error that nobody has thought of', new TypeError('of undefined')],
])('tells as %s of %s', async (code, _what, error) => {
  await expect(asFace(Promise.reject(error))).rejects.toMatchObject({
    code,
    extensions: { error: 'Upsell processing failed' },
  });
});
