/** @import { Method, Offer, Quote, Step } from '../view.types.js' */
/** @import { Texts } from '../texts/en.js' */
/** @import { Actions, Screen, Tried } from '../page.types.js' */
import { at, countdown } from '../common/clock.js';
import { button, h, heading, picture, setBusy } from '../common/dom.js';
import { cardName, money, price } from '../common/format.js';
import { poll } from '../common/polling.js';
import { installmentChoice, methodChoice, offerChoice, singleOffer, taxIdField } from './choices.js';

/** So that the second half of a double click on one step does not buy what the next one offers. */
const UNARMED_MILLISECONDS = 400;

const nothing = () => {};

/**
 * A step: what is offered, what it costs, and two buttons alike. It knows no rule: what can be chosen, what it costs and
 * whether it may be bought is the API's answer.
 *
 * @implements {Screen}
 */
export class OfferScreen {
  isArmed = false;
  isBusy = false;
  isStopped = false;
  hasQuoteFailed = false;
  stopCountdown = nothing;
  forgetQuote = nothing;
  /** @type {Quote | null} */
  quote = null;

  time = h('div', {});
  payment = h('div', { class: 'payment' });
  fields = h('div', { class: 'fields' });
  smallPrint = h('p', { class: 'small', role: 'status' });
  acceptDetail = h('span', {});

  /**
   * @param {Texts} texts
   * @param {Step} step
   * @param {Actions} actions
   * @param {{ messages: Node[], tried: Tried | null, taxIdError: string }} options `tried`: what was chosen on the screen
   *   before and did not go through; `taxIdError`: what is wrong with its tax number
   */
  constructor(texts, step, actions, { messages, tried, taxIdError }) {
    this.texts = texts;
    this.step = step;
    this.actions = actions;
    this.tried = tried;
    this.offer = step.offers.find(({ offer_uuid }) => offer_uuid === tried?.offer) ?? step.offers[0];
    this.method = this.firstMethod();
    this.taxId = tried?.taxId ?? '';
    this.taxIdError = taxIdError;
    this.installments = this.offer?.installments[0]?.count ?? 1;
    this.accept = bigButton('primary', step.accept_label ?? texts.offer.accept, this.acceptDetail, () => this.pay());
    const nothingCharged = h('span', {}, texts.offer.declineDetail);
    this.decline = bigButton('secondary', step.decline_label ?? texts.offer.decline, nothingCharged, () =>
      this.leave(),
    );
    this.content = this.layOut(messages);
    this.update({ step });
    this.showPayment();
    void this.askQuote();
    this.arming = setTimeout(() => {
      this.isArmed = true;
      this.refresh();
    }, UNARMED_MILLISECONDS);
  }

  /** @param {Node[]} messages */
  layOut(messages) {
    const { texts, step, offer } = this;
    const choose = (/** @type {Offer} */ other) => this.choose(other);
    return [
      h('p', { class: 'eyebrow' }, texts.offer.paid),
      ...messages,
      heading(step.headline),
      step.body && h('p', { class: 'lead' }, step.body),
      this.time,
      picture(step.image, 'hero'),
      offer && (step.offers.length === 1 ? singleOffer(texts, offer) : offerChoice(texts, step.offers, offer, choose)),
      this.payment,
      h('div', { class: 'actions' }, this.accept, this.decline),
      this.smallPrint,
    ];
  }

  firstMethod() {
    const { offer, tried } = this;
    const isAgain = tried !== null && offer?.offer_uuid === tried.offer;
    // What has just failed is not chosen again by itself; what was chosen otherwise, is.
    const isWanted = (/** @type {Method} */ method) =>
      !isAgain || (JSON.stringify(method) === tried.method) !== tried.hasFailed;
    return offer?.methods.find(isWanted) ?? offer?.methods[0];
  }

  /** @param {Offer} offer */
  choose(offer) {
    this.offer = offer;
    this.method = this.firstMethod();
    this.installments = offer.installments[0]?.count ?? 1;
    this.showPayment();
    void this.askQuote();
  }

  pay() {
    const { step, offer, method, installments, quote, actions } = this;
    if (!offer || !method || this.isBusy) return;
    this.isBusy = true;
    setBusy(this.accept, this.texts.offer.paying);
    const order = {
      step: step.id,
      offer_uuid: offer.offer_uuid,
      method: toOrder(method, this.taxId),
      ...(method.kind !== 'pix' && installments > 1 ? { installments } : {}),
      terms: quote?.terms ?? offer.terms,
      ...(quote ? { quote_id: quote.quote_id } : {}),
    };
    const { name, offer_uuid: uuid } = offer;
    actions.pay(order, { name, offer: uuid, method: JSON.stringify(method), taxId: this.taxId });
  }

  leave() {
    if (this.isBusy) return;
    this.isBusy = true;
    setBusy(this.decline, this.texts.offer.declining);
    this.actions.decline(this.step.id);
  }

  /** Both buttons, by what is chosen. */
  refresh() {
    const { texts, offer, method, installments, quote } = this;
    if (this.isBusy) return;
    const isWaiting = offer?.quote_required === true && quote === null;
    this.accept.disabled = !this.isArmed || !method || isWaiting;
    this.accept.toggleAttribute('data-waiting', !method || isWaiting);
    this.decline.disabled = !this.isArmed;
    if (!offer || !method || this.hasQuoteFailed) return;
    const charge = () => chargeText(texts, offer, method, installments, quote);
    this.acceptDetail.textContent = isWaiting ? texts.offer.counting : charge();
    this.smallPrint.textContent = offer.interval ? texts.offer.renews(price(texts, offer)) : texts.offer.onceOnly;
  }

  showPayment() {
    const { texts, offer, method, payment, fields } = this;
    if (!offer || !method) return;
    const choice = methodChoice(texts, offer.methods, method, (other) => {
      this.method = other;
      this.showFields();
      this.refresh();
    });
    payment.replaceChildren(...(choice ? [choice, fields] : [fields]));
    this.showFields();
    this.refresh();
  }

  /** What the chosen way to pay asks for. */
  showFields() {
    const { texts, offer, method } = this;
    if (!offer) return;
    const field =
      method?.kind === 'pix'
        ? taxIdField(texts, this.taxId, this.taxIdError, (digits) => {
            this.taxId = digits;
            this.taxIdError = '';
          })
        : installmentChoice(texts, offer, this.installments, (count) => {
            this.installments = count;
            this.refresh();
          });
    this.fields.replaceChildren(...(field ? [field] : []));
  }

  /** What a plan costs today is the provider's answer, and good for some minutes. */
  async askQuote() {
    const { offer, step } = this;
    this.forgetQuote();
    this.quote = null;
    this.hasQuoteFailed = false;
    if (!offer?.quote_required) return;
    this.refresh();
    const answer = await this.actions.quote(step.id, offer.offer_uuid);
    if (this.isStopped || this.offer !== offer) return;
    if (!answer.ok) return this.showQuoteFailure(answer.problem?.message);
    this.quote = answer.body;
    this.forgetQuote = at(answer.body.expires_at, () => void this.askQuote());
    this.refresh();
  }

  showQuoteFailure(reason = this.texts.lost.short) {
    const { texts, smallPrint, acceptDetail } = this;
    this.hasQuoteFailed = true;
    acceptDetail.textContent = texts.offer.quoteFailed;
    smallPrint.replaceChildren(
      reason,
      ' ',
      button(texts.tryAgain, () => void this.askQuote(), 'secondary'),
    );
  }

  /** @param {{ step: Step | null }} view */
  update({ step }) {
    const { texts, actions } = this;
    this.stopCountdown();
    if (!step?.expires_at) return;
    const { element, stop } = countdown({
      label: texts.offer.timeLeft,
      until: step.expires_at,
      warning: texts.offer.lastMinute,
      ended: () => {
        stop();
        this.stopCountdown = poll(actions.refresh); // until the API says what comes now
        void actions.refresh();
      },
    });
    this.stopCountdown = stop;
    this.time.replaceChildren(element);
  }

  stop() {
    this.isStopped = true;
    this.stopCountdown();
    this.forgetQuote();
    clearTimeout(this.arming);
  }
}

/**
 * @param {'primary' | 'secondary'} kind
 * @param {string} label
 * @param {HTMLElement} detail
 * @param {() => void} press
 */
const bigButton = (kind, label, detail, press) =>
  h(
    'button',
    { type: 'button', class: `button ${kind}`, disabled: true, onclick: press },
    h('strong', {}, label),
    detail,
  );

/**
 * @param {Method} method
 * @param {string} taxId
 */
function toOrder(method, taxId) {
  if (method.kind === 'saved_card') return { kind: method.kind, card_id: method.card_id };
  return method.kind === 'pix' && taxId !== '' ? { kind: method.kind, tax_id: taxId } : { kind: method.kind };
}

/**
 * What a press of the button charges, and to what.
 *
 * @param {Texts} texts
 * @param {Offer} offer
 * @param {Method} method
 * @param {number} installments
 * @param {Quote | null} quote
 */
function chargeText(texts, offer, method, installments, quote) {
  const part = method.kind === 'pix' ? undefined : offer.installments.find(({ count }) => count === installments);
  const whole = money(offer.amount, offer.currency);
  const amount = quote
    ? texts.offer.today(money(quote.amount, quote.currency))
    : part && part.count > 1
      ? texts.offer.parts(whole, part.count, money(part.amount, offer.currency))
      : price(texts, offer);
  const tax = texts.offer.tax.replaceAll(' ', '\u00a0'); // never at the end of one line and the start of the next
  return `${amount}, ${tax}\u00a0· ${payingWith(texts, method, quote)}`;
}

/**
 * @param {Texts} texts
 * @param {Method} method
 * @param {Quote | null} quote
 */
function payingWith(texts, method, quote) {
  if (quote?.method?.last4) return cardName(quote.method);
  switch (method.kind) {
    case 'saved_card':
      return cardName(method);
    case 'new_card':
      return texts.offer.byCheckout;
    case 'pix':
      return texts.offer.byPix;
  }
}
