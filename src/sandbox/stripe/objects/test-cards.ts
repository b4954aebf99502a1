/** How a card of Stripe's published test list behaves. */
export interface TestCard {
  readonly number: string;
  readonly brand: 'visa' | 'mastercard' | 'amex';
  readonly label: string;
  /** Refused already when it is attached to a customer. */
  readonly refusesAttach: boolean;
  /** How a charge fails; undefined: it succeeds. */
  readonly failure?: CardFailure;
}

export interface CardFailure {
  readonly code: 'card_declined' | 'expired_card' | 'incorrect_cvc' | 'processing_error' | 'authentication_required';
  readonly declineCode?: string;
  readonly message: string;
}

const declined = (declineCode: string, message = 'Your card was declined.'): CardFailure => ({
  code: 'card_declined',
  declineCode,
  message,
});
const authentication: CardFailure = {
  code: 'authentication_required',
  declineCode: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};

type Row = [number: string, brand: TestCard['brand'], label: string, failure?: CardFailure, attaches?: 'attaches'];

const ROWS: Row[] = [
  ['4242424242424242', 'visa', 'Visa, succeeds'],
  ['5555555555554444', 'mastercard', 'Mastercard, succeeds'],
  ['378282246310005', 'amex', 'American Express, succeeds'],
  ['4000000000000341', 'visa', 'Attaches, then every charge is declined', declined('generic_decline'), 'attaches'],
  ['4000000000000002', 'visa', 'Declined', declined('generic_decline')],
  [
    '4000000000009995',
    'visa',
    'Insufficient funds',
    declined('insufficient_funds', 'Your card has insufficient funds.'),
  ],
  ['4000000000009987', 'visa', 'Lost card', declined('lost_card')],
  ['4000000000009979', 'visa', 'Stolen card', declined('stolen_card')],
  ['4000000000000069', 'visa', 'Expired card', { code: 'expired_card', message: 'Your card has expired.' }],
  [
    '4000000000000127',
    'visa',
    'Wrong security code',
    { code: 'incorrect_cvc', message: "Your card's security code is incorrect." },
  ],
  [
    '4000000000000119',
    'visa',
    'Processing error',
    { code: 'processing_error', message: 'An error occurred while processing your card. Try again in a little bit.' },
  ],
  ['4000002500003155', 'visa', 'Authenticated once at set-up, then succeeds'],
  ['4000002760003184', 'visa', 'Authentication required at every payment', authentication, 'attaches'],
];

export const TEST_CARDS: readonly TestCard[] = ROWS.map(([number, brand, label, failure, attaches]) => ({
  number,
  brand,
  label,
  refusesAttach: failure !== undefined && attaches === undefined,
  ...(failure ? { failure } : {}),
}));

const TOKENS: Record<string, string> = {
  visa: '4242424242424242',
  mastercard: '5555555555554444',
  amex: '378282246310005',
  chargeCustomerFail: '4000000000000341',
  chargeDeclined: '4000000000000002',
  visa_chargeDeclined: '4000000000000002',
  chargeDeclinedInsufficientFunds: '4000000000009995',
  visa_chargeDeclinedInsufficientFunds: '4000000000009995',
  chargeDeclinedLostCard: '4000000000009987',
  visa_chargeDeclinedLostCard: '4000000000009987',
  chargeDeclinedStolenCard: '4000000000009979',
  visa_chargeDeclinedStolenCard: '4000000000009979',
  chargeDeclinedExpiredCard: '4000000000000069',
  chargeDeclinedIncorrectCvc: '4000000000000127',
  chargeDeclinedProcessingError: '4000000000000119',
  authenticationRequired: '4000002760003184',
  authenticationRequiredOnSetup: '4000002500003155',
};

export const findTestCard = (number: string): TestCard | undefined =>
  TEST_CARDS.find((card) => card.number === number.replaceAll(' ', ''));

/** The card behind `pm_card_...` or `tok_...`. */
export function cardOfToken(token: string): TestCard | undefined {
  const name = /^(?:pm_card|tok)_(.+)$/.exec(token)?.[1];
  return name === undefined ? undefined : findTestCard(TOKENS[name] ?? '');
}
