import { describe, expect, it } from 'vitest';
import { computeRetryDelay, judgeAnswer, type Answer } from './delivery.js';

const MIDDLE = 0.5;
const answered = (status: number, excerpt = ''): Answer => ({ kind: 'answered', status, excerpt });

describe('the schedule of retries', () => {
  it('is that of Standard Webhooks', () => {
    const delays = Array.from({ length: 10 }, (_, index) => computeRetryDelay(index + 1, MIDDLE));
    expect(delays).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400, undefined]);
  });

  it('varies by a tenth either way', () => {
    expect(computeRetryDelay(2, 0)).toBe(270);
    expect(computeRetryDelay(2, 0.999_999)).toBeCloseTo(330, 3);
  });
});

describe('an answer', () => {
  it.each([200, 201, 204, 299])('%d is a delivery', (status) => {
    expect(judgeAnswer(answered(status), 1, MIDDLE)).toEqual({ outcome: 'delivered', responseStatus: status });
  });

  it.each([100, 400, 404, 429, 500, 503])('%d is tried again', (status) => {
    expect(judgeAnswer(answered(status, 'out of order'), 1, MIDDLE)).toEqual({
      outcome: 'retried',
      delaySeconds: 5,
      responseStatus: status,
      error: `The endpoint answered ${status}: out of order`,
    });
  });

  it('that redirects is tried again, and says that redirects are not followed', () => {
    expect(judgeAnswer(answered(302), 1, MIDDLE)).toMatchObject({
      outcome: 'retried',
      error: 'The endpoint answered 302: redirects are not followed.',
    });
  });

  it('410 fails at once and for good', () => {
    expect(judgeAnswer(answered(410), 1, MIDDLE)).toEqual({
      outcome: 'failed',
      responseStatus: 410,
      error: 'The endpoint answered 410 Gone: it was deactivated.',
      isGone: true,
    });
  });

  it('that never comes is tried again until the last try', () => {
    const silence: Answer = { kind: 'unreachable', problem: 'No answer.' };
    expect(judgeAnswer(silence, 9, MIDDLE)).toMatchObject({ outcome: 'retried', delaySeconds: 86_400 });
    expect(judgeAnswer(silence, 10, MIDDLE)).toEqual({
      outcome: 'failed',
      responseStatus: null,
      error: 'No answer.',
      isGone: false,
    });
  });

  it('that this service did not wait for costs no try', () => {
    expect(judgeAnswer({ kind: 'interrupted' }, 10, MIDDLE)).toMatchObject({ outcome: 'retried', delaySeconds: 0 });
  });
});
