import { describe, expect, it } from 'vitest';
import { ProviderError } from '../billing-providers/index.js';
import { computeWait, Interrupted, ProviderPace } from './provider-pace.js';

const refusal = (retryAfterSeconds?: number) =>
  new ProviderError('unavailable', 'too many', {
    isRateLimited: true,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });

const never = new AbortController().signal;

describe('the wait after a refusal', () => {
  it.each([
    [0, undefined, 1_000],
    [1, undefined, 2_000],
    [4, undefined, 16_000],
    [9, undefined, 60_000],
    [0, 7, 7_000],
    [4, 7, 7_000],
    [0, 3_600, 60_000],
  ])('after %i refusals, asked to wait %s s: %i ms', (refusals, retryAfter, expected) => {
    expect(computeWait(500, refusals, retryAfter)).toBe(expected);
  });
});

describe('a paced call', () => {
  it('is made again after refusals, and gives up after six in a row', async () => {
    let calls = 0;
    const pace = new ProviderPace(0, never);
    const answer = await pace.call(async () => {
      calls += 1;
      if (calls < 6) throw refusal();
      return 'answer';
    });
    expect([answer, calls]).toEqual(['answer', 6]);
    calls = 0;
    const refused = pace.call(async () => {
      calls += 1;
      throw refusal(0);
    });
    await expect(refused).rejects.toThrow(Interrupted);
    expect(calls).toBe(6);
  });

  it('passes on every other failure at once', async () => {
    const failure = new ProviderError('unknown', 'no answer');
    await expect(new ProviderPace(0, never).call(() => Promise.reject(failure))).rejects.toBe(failure);
  });

  it('keeps its pause, and is interrupted in it when the process ends', async () => {
    const stopping = new AbortController();
    const pace = new ProviderPace(60_000, stopping.signal);
    await pace.call(async () => undefined);
    const waiting = pace.call(async () => undefined);
    stopping.abort();
    await expect(waiting).rejects.toThrow(new Interrupted('stopping'));
  });
});
