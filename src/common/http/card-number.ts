/**
 * What a number of a payment card looks like: issuers' ranges with the lengths that are issued in them, and a check digit
 * (ISO/IEC 7812). Visa's old 13 digits are left out: no such card is in use, and shop systems number their customers like that.
 */
const RANGES: readonly (readonly [from: number, to: number, shortest: number, longest: number])[] = [
  [4, 4, 16, 16], // Visa
  [4, 4, 19, 19],
  [51, 55, 16, 16], // Mastercard
  [2221, 2720, 16, 16],
  [34, 34, 15, 15], // American Express
  [37, 37, 15, 15],
  [300, 305, 14, 14], // Diners Club
  [36, 36, 14, 14],
  [38, 39, 14, 14],
  [6011, 6011, 16, 19], // Discover
  [644, 659, 16, 19],
  [3528, 3589, 16, 19], // JCB
  [62, 62, 16, 19], // UnionPay
  [81, 81, 16, 19],
  [5018, 5018, 16, 19], // Maestro
  [5020, 5020, 16, 19],
  [5038, 5038, 16, 19],
  [5893, 5893, 16, 19],
  [6304, 6304, 16, 19],
  [6759, 6759, 16, 19],
  [6761, 6763, 16, 19],
  [5041, 5041, 16, 16], // Elo
  [5066, 5067, 16, 16],
  [509, 509, 16, 16],
  [6277, 6277, 16, 16],
  [6362, 6363, 16, 16],
  [6062, 6062, 16, 16], // Hipercard
  [3841, 3841, 16, 16],
  [9704, 9704, 16, 19], // Napas
  [2200, 2204, 16, 19], // Mir
  [9792, 9792, 16, 16], // Troy
];

/** What people write between groups of digits. */
const GAP = '[ .\\-\\u2010-\\u2015]{1,3}';
const groups = (...sizes: readonly string[]): string => sizes.map((size) => `\\d{${size}}`).join(GAP);
const WRITTEN = [
  '\\d{14,19}',
  groups('4', '4', '4', '4'),
  groups('4', '4', '4', '4', '1,3'),
  groups('4', '6', '4,5'),
  groups('6', '10,13'),
];
/** Each looks ahead only, so that a number is found also where another grouping begins before it. Part of a word is none. */
const PATTERNS = WRITTEN.map((written) => new RegExp(`(?<!\\w)(?=(${written})(?!\\w))`, 'g'));
/** Ours, of which every thousandth begins with as many digits as a card number has. */
const UUID = /(?<!\w)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?!\w)/gi;
/** Where so many digits do not stand together, there is nothing to look for. */
const ENOUGH_DIGITS = /\d(?:[ .\-\u2010-\u2015]{0,3}\d){13}/;

/** The card numbers in a text, as they are written there. */
export function* findCardNumbers(text: string): Generator<string> {
  if (!ENOUGH_DIGITS.test(text)) return;
  const bare = text.replaceAll(UUID, (uuid) => '-'.repeat(uuid.length));
  for (const pattern of PATTERNS) {
    for (const [, written = ''] of bare.matchAll(pattern)) {
      if (isCardNumber(written.replaceAll(/\D/g, ''))) yield written;
    }
  }
}

/** Also in the digits of another width. */
export const hasCardNumber = (text: string): boolean => findCardNumbers(text.normalize('NFKC')).next().done === false;

/** @param digits without anything between them */
function isCardNumber(digits: string): boolean {
  const isIssued = RANGES.some(([from, to, shortest, longest]) => {
    const start = Number(digits.slice(0, String(from).length));
    return start >= from && start <= to && digits.length >= shortest && digits.length <= longest;
  });
  return isIssued && hasCheckDigit(digits) && !isCompanyNumber(digits);
}

/** Luhn (ISO/IEC 7812-1, annex B). */
function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let position = 0; position < digits.length; position += 1) {
    const digit = Number(digits[digits.length - 1 - position]);
    const doubled = position % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** A Brazilian company's tax number (CNPJ) has the length of a Diners Club card and two check digits of its own: Pix asks for it. */
function isCompanyNumber(digits: string): boolean {
  if (digits.length !== 14) return false;
  const checkDigit = (length: number): number => {
    let sum = 0;
    for (let position = 0; position < length; position += 1) {
      sum += Number(digits[position]) * (((length - 1 - position) % 8) + 2);
    }
    const rest = sum % 11;
    return rest < 2 ? 0 : 11 - rest;
  };
  return checkDigit(12) === Number(digits[12]) && checkDigit(13) === Number(digits[13]);
}
