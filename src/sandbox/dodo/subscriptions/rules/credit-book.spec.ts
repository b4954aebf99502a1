import { describe, expect, test } from 'vitest';
import { settleAgainstCredit } from './credit-book.js';

/** Renewals one after the other, and the credit that is left after each. */
function renew(due: number, credit: number, times: number): { charges: number[]; left: number } {
  const charges: number[] = [];
  let left = credit;
  for (let n = 0; n < times; n += 1) {
    const { charge, credits } = settleAgainstCredit(due, left);
    charges.push(charge);
    left += credits;
  }
  return { charges, left };
}

describe('credit of a subscription', () => {
  test.each([
    ['30.00 of a prorated downgrade', 3000, [0, 1000, 2000], 0],
    ['60.00 of a downgrade by difference', 6000, [0, 0, 0, 2000], 0],
    ['none', 0, [2000, 2000], 0],
  ])('%s pays renewals of 20.00 before the card does', (_name, credit, charges, left) => {
    expect(renew(2000, credit, charges.length)).toEqual({ charges, left });
  });

  test('what a downgrade gives back is put down beside what is there', () => {
    expect(settleAgainstCredit(-3000, 500)).toEqual({ charge: 0, credits: 3000 });
  });

  test('nothing due moves nothing', () => {
    expect(settleAgainstCredit(0, 500)).toEqual({ charge: 0, credits: 0 });
  });

  test('a rest below the minimum of the gateway is raised to it and the difference put down', () => {
    expect(settleAgainstCredit(20, 0)).toEqual({ charge: 50, credits: 30 });
    expect(settleAgainstCredit(2000, 1980)).toEqual({ charge: 50, credits: -1950 });
    expect(settleAgainstCredit(2000, 1950)).toEqual({ charge: 50, credits: -1950 });
  });

  test('is never lost or made: what is due is what was charged and used, less what was put down', () => {
    for (let due = -300; due <= 300; due += 7)
      for (let credit = 0; credit <= 300; credit += 11) {
        const { charge, credits } = settleAgainstCredit(due, credit);
        expect(charge - credits).toBe(due);
        expect(credit + credits).toBeGreaterThanOrEqual(0);
        expect(charge).toBeGreaterThanOrEqual(0);
      }
  });
});
