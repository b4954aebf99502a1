/** @import { Interval, Language, Method } from '../view.types.js' */
/** @import { Texts } from '../texts/en.js' */

/** @type {Language} */
let language = 'en';

/** @param {Language} wanted */
export function speak(wanted) {
  language = wanted;
  document.documentElement.lang = wanted;
}

/**
 * @param {number} amount integer minor units; never a fraction, so it is shifted as digits and not divided
 * @param {string} currency ISO 4217
 */
export function money(amount, currency) {
  const format = new Intl.NumberFormat(language, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  const padded = String(Math.abs(amount)).padStart(digits + 1, '0');
  const cut = padded.length - digits;
  const decimal = `${amount < 0 ? '-' : ''}${padded.slice(0, cut)}.${padded.slice(cut) || '0'}`;
  return format.format(/** @type {Intl.StringNumericLiteral} */ (decimal));
}

/**
 * Such as "$29.00 per month".
 *
 * @param {Texts} texts
 * @param {{ amount: number, currency: string, interval: Interval | null }} price
 */
export function price(texts, { amount, currency, interval }) {
  const text = money(amount, currency);
  return interval === null ? text : `${text} ${texts.per[interval.unit](interval.count)}`;
}

/** Brands by the names that stand on the cards. */
const BRANDS = { amex: 'American Express', diners: 'Diners Club', jcb: 'JCB', unionpay: 'UnionPay' };

/** @param {string} brand */
const brandName = (brand) =>
  BRANDS[/** @type {keyof typeof BRANDS} */ (brand)] ?? brand.charAt(0).toUpperCase() + brand.slice(1);

/**
 * In one piece, wherever the line ends.
 *
 * @param {{ brand?: string, last4?: string }} card
 */
export const cardName = ({ brand, last4 }) =>
  [brand && brandName(brand), last4 && `••••\u00a0${last4}`].filter(Boolean).join('\u00a0');

/**
 * @param {Texts} texts
 * @param {Method} method
 * @param {readonly Method[]} all that can be chosen from
 */
export function methodName(texts, method, all) {
  switch (method.kind) {
    case 'saved_card':
      return cardName(method);
    case 'new_card':
      return all.some(({ kind }) => kind === 'saved_card') ? texts.methods.newCard : texts.methods.card;
    case 'pix':
      return texts.methods.pix;
  }
}

/**
 * Such as "4:05" or "1:02:09".
 *
 * @param {number} milliseconds
 */
export function remaining(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}
