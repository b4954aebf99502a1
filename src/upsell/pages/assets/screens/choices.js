/** @import { Method, Offer } from '../view.types.js' */
/** @import { Texts } from '../texts/en.js' */
import { h, picture } from '../common/dom.js';
import { methodName, money, price } from '../common/format.js';

/**
 * What an offer is, without a heading or a price.
 *
 * @param {Offer} offer
 */
const details = (offer) => [
  offer.description && h('span', { class: 'description' }, offer.description),
  offer.selling_points.length > 0 &&
    h(
      'span',
      { class: 'points', role: 'list' },
      ...offer.selling_points.map((point) => h('span', { role: 'listitem' }, point)),
    ),
];

/**
 * How an offer differs from what the customer has.
 *
 * @param {Texts} texts
 * @param {Offer} offer
 */
function comparison(texts, { compare, currency, interval }) {
  if (compare === null) return null;
  const { current_plan: plan, current_amount: amount, difference } = compare;
  const now = price(texts, { amount, currency, interval });
  const change = price(texts, { amount: Math.abs(difference), currency, interval });
  const { moreThan, lessThan, sameAs } = texts.offer;
  if (difference === 0) return sameAs(plan, now);
  return difference > 0 ? moreThan(plan, now, change) : lessThan(plan, now, change);
}

/**
 * @param {Texts} texts
 * @param {Offer} offer
 */
const priceTag = (texts, offer) =>
  h('span', { class: 'price' }, h('strong', {}, price(texts, offer)), ' ', h('span', {}, texts.offer.tax));

/**
 * The one offer of a step.
 *
 * @param {Texts} texts
 * @param {Offer} offer
 */
export function singleOffer(texts, offer) {
  const compared = comparison(texts, offer);
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'offer' },
    picture(offer.image),
    h('h2', { id: 'offer' }, offer.name),
    ...details(offer),
    priceTag(texts, offer),
    compared && h('span', { class: 'compare' }, compared),
  );
}

/**
 * Several offers, of which one is taken. Named by name and price; the rest is read out after that.
 *
 * @param {Texts} texts
 * @param {readonly Offer[]} offers
 * @param {Offer} chosen
 * @param {(offer: Offer) => void} choose
 */
export const offerChoice = (texts, offers, chosen, choose) =>
  h(
    'fieldset',
    { class: 'offers' },
    h('legend', {}, texts.offer.choose),
    ...offers.map((offer, index) => {
      const compared = comparison(texts, offer);
      return h(
        'label',
        { class: 'card choice' },
        h('input', {
          type: 'radio',
          name: 'offer',
          value: offer.offer_uuid,
          checked: offer === chosen,
          'aria-labelledby': `offer-${index} price-${index}`,
          'aria-describedby': `about-${index}`,
          onchange: () => choose(offer),
        }),
        picture(offer.image),
        h('strong', { class: 'name', id: `offer-${index}` }, offer.name),
        h('span', { id: `price-${index}` }, priceTag(texts, offer)),
        h(
          'span',
          { class: 'about', id: `about-${index}` },
          ...details(offer),
          compared && h('span', { class: 'compare' }, compared),
        ),
      );
    }),
  );

/**
 * Ways to pay; null where there is no choice.
 *
 * @param {Texts} texts
 * @param {readonly Method[]} methods
 * @param {Method} chosen
 * @param {(method: Method) => void} choose
 */
export const methodChoice = (texts, methods, chosen, choose) =>
  methods.length < 2
    ? null
    : h(
        'fieldset',
        { class: 'methods' },
        h('legend', {}, texts.offer.methods),
        ...methods.map((method) =>
          h(
            'label',
            { class: 'choice' },
            h('input', { type: 'radio', name: 'method', checked: method === chosen, onchange: () => choose(method) }),
            h('span', {}, methodName(texts, method, methods)),
          ),
        ),
      );

/**
 * Instalments; null where there is no choice.
 *
 * @param {Texts} texts
 * @param {Offer} offer
 * @param {number} chosen
 * @param {(count: number) => void} choose
 */
export const installmentChoice = (texts, { installments, currency }, chosen, choose) =>
  installments.length < 2
    ? null
    : h(
        'label',
        { class: 'field' },
        texts.offer.installments,
        h(
          'select',
          { onchange: (event) => choose(Number(/** @type {HTMLSelectElement} */ (event.target).value)) },
          ...installments.map(({ count, amount }) =>
            h(
              'option',
              { value: count, selected: count === chosen },
              count === 1 ? texts.offer.atOnce(money(amount, currency)) : `${count} × ${money(amount, currency)}`,
            ),
          ),
        ),
      );

/**
 * The tax number that some banks ask for with Pix.
 *
 * @param {Texts} texts
 * @param {string} value
 * @param {string} error what is wrong with it, if anything
 * @param {(digits: string) => void} change
 */
export const taxIdField = (texts, value, error, change) =>
  h(
    'div',
    { class: 'field' },
    h('label', { for: 'tax-id' }, texts.offer.taxId),
    h('input', {
      id: 'tax-id',
      type: 'text',
      inputmode: 'numeric',
      autocomplete: 'off',
      maxlength: 20,
      value,
      oninput: (event) => change(/** @type {HTMLInputElement} */ (event.target).value.replaceAll(/\D/g, '')),
      ...(error && { 'aria-invalid': 'true', 'aria-describedby': 'tax-id-error' }),
    }),
    error && h('p', { id: 'tax-id-error', class: 'wrong' }, error),
  );
