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

  it('leaves a provider alone that asks for longer than a run may stand still', async () => {
    const refused = new ProviderPace(0, never).call(() => Promise.reject(refusal(3_600)));
    await expect(refused).rejects.toMatchObject({ why: 'rate_limited', pauseSeconds: 3_600 });
    const byHand = ProviderPace.withoutWaiting().call(() => Promise.reject(refusal(7)));
    await expect(byHand).rejects.toMatchObject({ pauseSeconds: 7 });
  });

  it('says before each that it is still worked on, and is not made where somebody else goes on', async () => {
    let [calls, told] = [0, 0];
    const pace = new ProviderPace(0, never, undefined, async () => {
      told += 1;
      if (told > 2) throw new Interrupted('taken_over');
    });
    const call = async () => {
      calls += 1;
    };
    await pace.call(call);
    await pace.call(call);
    await expect(pace.call(call)).rejects.toThrow(new Interrupted('taken_over'));
    expect(calls).toBe(2);
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
