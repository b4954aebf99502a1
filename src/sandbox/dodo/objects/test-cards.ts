import type { CountryCode } from './wire-types.js';

/** A failed payment's `error_code` and `error_message`: docs.dodopayments.com/api-reference/transaction-failures */
export interface CardFailure {
  readonly code: string;
  readonly message: string;
}

/**
 * How a card behaves. The first ones are Dodo's published test list (docs: testing-process), the others are the
 * sandbox's own, with the numbers that Stripe's test list uses for the same behaviour.
 */
export interface TestCard {
  readonly number: string;
  readonly network: 'visa' | 'mastercard';
  readonly country: CountryCode;
  readonly label: string;
  /** How every charge fails. */
  readonly failure?: CardFailure;
  /** How a charge without its owner fails: one click, renewals, plan changes. The first purchase succeeds. */
  readonly absentFailure?: CardFailure;
  /**
   * The bank wants to see the owner at every charge. `link`: a payment without them has a `payment_link` that leads to
   * the bank; Dodo documents neither, so both readings exist.
   */
  readonly authentication?: 'link' | 'no_link';
  /** A charge without its owner is `processing` for two days, as Indian mandates are. */
  readonly isSlow?: true;
  /** What becomes of a refund after an hour; absent: it succeeds at once. */
  readonly refund?: 'slow' | 'fails';
  /** Currencies in which it may be charged without its owner; absent: all. */
  readonly currencies?: readonly string[];
}

export const DECLINED: CardFailure = { code: 'GENERIC_DECLINE', message: 'The card was declined.' };
export const EXPIRED: CardFailure = { code: 'EXPIRED_CARD', message: 'The card has expired.' };
export const NOT_AUTHENTICATED: CardFailure = {
  code: 'AUTHENTICATION_REQUIRED',
  message: 'The transaction requires authentication.',
};
const INSUFFICIENT_FUNDS: CardFailure = {
  code: 'INSUFFICIENT_FUNDS',
  message: 'The card has insufficient funds to complete the purchase.',
};
const STOLEN: CardFailure = { code: 'STOLEN_CARD', message: 'The card has been reported stolen.' };

const visa = (number: string, label: string, traits: Partial<TestCard> = {}): TestCard => ({
  number,
  network: 'visa',
  country: 'US',
  label,
  ...traits,
});

export const TEST_CARDS: readonly TestCard[] = [
  visa('4242424242424242', 'Visa, succeeds'),
  visa('4000000000000002', 'declined', { failure: DECLINED }),
  visa('4000000000009995', 'insufficient funds', { failure: INSUFFICIENT_FUNDS }),
  visa('4000000000000341', 'can be saved; fails one click, renewals and plan changes', { absentFailure: DECLINED }),
  visa('4576238912771450', 'Indian Visa: rupees only; two days of processing without its owner', {
    country: 'IN',
    isSlow: true,
    currencies: ['INR'],
  }),
  visa('4706131211212123', 'Indian Visa, declined', { country: 'IN', failure: DECLINED }),
  { number: '5555555555554444', network: 'mastercard', country: 'US', label: 'Mastercard, succeeds' },
  visa('4000002500003155', '3-D Secure; one click waits without a link', { authentication: 'no_link' }),
  visa('4000002760003184', '3-D Secure; one click waits with a link to the bank', { authentication: 'link' }),
  visa('4000000000009979', 'reported stolen once it is saved', { absentFailure: STOLEN }),
  visa('4000000000000077', 'saved; without its owner the money takes two days', { isSlow: true }),
  visa('4000000000007726', 'a refund is pending for an hour', { refund: 'slow' }),
  visa('4000000000005126', 'a refund fails after an hour', { refund: 'fails' }),
];

export const findTestCard = (number: string): TestCard | undefined =>
  TEST_CARDS.find((card) => card.number === number.replaceAll(/\s/g, ''));

/** Throws for a number that only a hand-edited state file can contain. */
export function getTestCard(number: string): TestCard {
  const card = findTestCard(number);
  if (!card) throw new Error(`The sandbox knows no test card ${number}`);
  return card;
}
