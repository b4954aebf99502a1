import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { chooseOfAttempt } from './choose-payment.js';

const at = (second: number) => `2026-11-01T00:00:0${second}.000000Z`;
const payment = (status: string | null, second: number) => ({
  status,
  created_at: at(second),
  id: `${status}:${second}`,
});

describe('the payment that decides an attempt', () => {
  it.each([
    ['of none', [], undefined],
    ['the one that was paid', [payment('failed', 3), payment('succeeded', 2), payment('processing', 4)], 'succeeded:2'],
    ['the first that was paid, not a renewal', [payment('succeeded', 5), payment('succeeded', 1)], 'succeeded:1'],
    ['the one under way', [payment('failed', 5), payment('processing', 1)], 'processing:1'],
    [
      'the one that waits for the bank',
      [payment('failed', 5), payment('requires_customer_action', 1)],
      'requires_customer_action:1',
    ],
    ['one that is still open', [payment('cancelled', 5), payment(null, 1)], 'null:1'],
    ['the last that failed', [payment('failed', 1), payment('failed', 5), payment('cancelled', 3)], 'failed:5'],
  ])('is %s', (_name, payments, id) => {
    expect(chooseOfAttempt(payments)?.id).toBe(id);
  });

  it('is the same in whatever order they are listed', () => {
    const one = fc.record({
      status: fc.constantFrom('succeeded', 'processing', 'failed', 'requires_payment_method', null),
      second: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(
        fc
          .uniqueArray(one, { maxLength: 6, selector: ({ second }) => second })
          .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          const chosen = [list, shuffled].map(
            (some) => chooseOfAttempt(some.map(({ status, second }) => payment(status, second)))?.id,
          );
          expect(chosen[0]).toBe(chosen[1]);
        },
      ),
    );
  });
});
