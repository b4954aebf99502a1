/** When the card's bank wants to see its owner (3-D Secure). */
export type AuthenticationNeed =
  | 'always'
  /** Until it was set up for payments without the owner. */
  | 'until_set_up'
  /** Only while the owner is present: it was set up elsewhere. */
  | 'when_present';

/** How a card of Stripe's published test list behaves: https://docs.stripe.com/testing */
export interface TestCard {
  readonly number: string;
  readonly brand: 'visa' | 'mastercard' | 'amex';
  readonly label: string;
  /** Refused already when it is attached to a customer. */
  readonly refusesAttach: boolean;
  /** How a charge fails, once it is authenticated where that is needed; undefined: it succeeds. */
  readonly failure?: CardFailure;
  readonly authentication?: AuthenticationNeed;
  /** What becomes of a refund an hour later; undefined: it succeeds at once. */
  readonly refund?: RefundCourse;
}

export type RefundCourse =
  /** Pending, then succeeded. */
  | 'slow'
  /** Succeeded, then failed: the money comes back to the merchant. */
  | 'bounces';

export interface CardFailure {
  readonly code: 'card_declined' | 'expired_card' | 'incorrect_cvc' | 'processing_error' | 'authentication_required';
  readonly declineCode?: string;
  readonly message: string;
}

interface Traits {
  readonly failure?: CardFailure;
  /** The failure shows only at a charge. */
  readonly attaches?: true;
  readonly authentication?: AuthenticationNeed;
  readonly refund?: RefundCourse;
}

const declined = (declineCode: string, message = 'Your card was declined.'): CardFailure => ({
  code: 'card_declined',
  declineCode,
  message,
});
const NO_FUNDS = declined('insufficient_funds', 'Your card has insufficient funds.');

/** What a bank answers that wants to see the owner, who is not there. */
export const AUTHENTICATION_REQUIRED: CardFailure = {
  code: 'authentication_required',
  declineCode: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};

type Row = readonly [number: string, brand: TestCard['brand'], label: string, traits?: Traits];

const ROWS: readonly Row[] = [
  ['4242424242424242', 'visa', 'Visa, succeeds'],
  ['5555555555554444', 'mastercard', 'Mastercard, succeeds'],
  ['378282246310005', 'amex', 'American Express, succeeds'],
  ['4000000000003220', 'visa', 'Authentication required, then succeeds', { authentication: 'always' }],
  ['4000002760003184', 'visa', 'Authentication required at every payment', { authentication: 'always' }],
  ['4000002500003155', 'visa', 'Authenticated once at set-up, then succeeds', { authentication: 'until_set_up' }],
  ['4000003800000446', 'visa', 'Authentication while you are present only', { authentication: 'when_present' }],
  [
    '4000008260003178',
    'visa',
    'Authentication required, then insufficient funds',
    { authentication: 'always', failure: NO_FUNDS, attaches: true },
  ],
  [
    '4000008400001629',
    'visa',
    'Authentication required, then declined',
    { authentication: 'always', failure: declined('generic_decline'), attaches: true },
  ],
  ['4000000000007726', 'visa', 'Succeeds; a refund takes a while', { refund: 'slow' }],
  ['4000000000005126', 'visa', 'Succeeds; a refund fails after a while', { refund: 'bounces' }],
  [
    '4000000000000341',
    'visa',
    'Attaches, then every charge is declined',
    { failure: declined('generic_decline'), attaches: true },
  ],
  ['4000000000000002', 'visa', 'Declined', { failure: declined('generic_decline') }],
  ['4000000000009995', 'visa', 'Insufficient funds', { failure: NO_FUNDS }],
  ['4000000000009987', 'visa', 'Lost card', { failure: declined('lost_card') }],
  ['4000000000009979', 'visa', 'Stolen card', { failure: declined('stolen_card') }],
  ['4000000000006975', 'visa', 'Spending limit exceeded', { failure: declined('card_velocity_exceeded') }],
  ['4100000000000019', 'visa', 'Blocked as fraudulent', { failure: declined('fraudulent') }],
  [
    '4000000000000069',
    'visa',
    'Expired card',
    { failure: { code: 'expired_card', message: 'Your card has expired.' } },
  ],
  [
    '4000000000000127',
    'visa',
    'Wrong security code',
    {
      failure: {
        code: 'incorrect_cvc',
        message: "Your card's security code is incorrect.",
      },
    },
  ],
  [
    '4000000000000119',
    'visa',
    'Processing error',
    {
      failure: {
        code: 'processing_error',
        message: 'An error occurred while processing your card. Try again in a little bit.',
      },
    },
  ],
];

export const TEST_CARDS: readonly TestCard[] = ROWS.map(([number, brand, label, traits = {}]) => {
  const { attaches, ...behaviour } = traits;
  return { number, brand, label, refusesAttach: behaviour.failure !== undefined && !attaches, ...behaviour };
});

const TOKENS: Record<string, string> = {
  visa: '4242424242424242',
  mastercard: '5555555555554444',
  amex: '378282246310005',
  pendingRefund: '4000000000007726',
  refundFail: '4000000000005126',
  chargeCustomerFail: '4000000000000341',
  chargeDeclined: '4000000000000002',
  visa_chargeDeclined: '4000000000000002',
  chargeDeclinedInsufficientFunds: '4000000000009995',
  visa_chargeDeclinedInsufficientFunds: '4000000000009995',
  chargeDeclinedLostCard: '4000000000009987',
  visa_chargeDeclinedLostCard: '4000000000009987',
  chargeDeclinedStolenCard: '4000000000009979',
  visa_chargeDeclinedStolenCard: '4000000000009979',
  chargeDeclinedVelocityLimitExceeded: '4000000000006975',
  visa_chargeDeclinedVelocityLimitExceeded: '4000000000006975',
  chargeDeclinedFraudulent: '4100000000000019',
  radarBlock: '4100000000000019',
  chargeDeclinedExpiredCard: '4000000000000069',
  chargeDeclinedIncorrectCvc: '4000000000000127',
  chargeDeclinedProcessingError: '4000000000000119',
  threeDSecure2Required: '4000000000003220',
  threeDSecureRequired: '4000000000003220',
  threeDSecureRequiredChargeDeclined: '4000008400001629',
  authenticationRequired: '4000002760003184',
  authenticationRequiredOnSetup: '4000002500003155',
  authenticationRequiredSetupForOffSession: '4000003800000446',
  authenticationRequiredChargeDeclinedInsufficientFunds: '4000008260003178',
};

export const findTestCard = (number: string): TestCard | undefined =>
  TEST_CARDS.find((card) => card.number === number.replaceAll(' ', ''));

/** The card behind `pm_card_...` or `tok_...`. */
export function cardOfToken(token: string): TestCard | undefined {
  const name = /^(?:pm_card|tok)_(.+)$/.exec(token)?.[1];
  return name === undefined ? undefined : findTestCard(TOKENS[name] ?? '');
}
