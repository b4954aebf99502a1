/** @import { Pending, View } from '../view.types.js' */
/** @import { Texts } from '../texts/en.js' */
/** @import { Actions, Screen } from '../page.types.js' */
import { announce, button, h, heading, setBusy, spinner } from '../common/dom.js';
import { money } from '../common/format.js';
import { poll } from '../common/polling.js';
import { visit } from '../common/visit.js';

/** What is usually over in seconds is said to take longer after this. */
const SLOW_AFTER = 30_000;
/** Somebody who comes back from their bank waits for the answer. */
const OFTEN = 1_500;

/**
 * A payment about which the provider has not said its last word.
 *
 * @param {Texts} texts
 * @param {View} view
 * @param {Actions} actions
 * @param {{ messages: Node[], isReturning: boolean }} options `isReturning`: the customer was just at the bank's or the
 *   provider's page
 * @returns {Screen}
 */
export function processingScreen(texts, view, actions, { messages, isReturning }) {
  const slow = h('div', {});
  const timer = setTimeout(() => {
    announce(texts.processing.slow);
    slow.replaceChildren(h('p', {}, texts.processing.slow), orderLink(texts, view));
  }, SLOW_AFTER);
  const stopPolling = poll(actions.refresh, isReturning ? { often: OFTEN } : {});
  return {
    content: [
      ...messages,
      heading(texts.processing.title),
      h('p', { class: 'lead' }, isReturning ? texts.returning : texts.processing.body),
      spinner(texts.loading),
      // Whoever came back without having paid need not wait.
      isReturning && h('div', { class: 'actions' }, anotherWay(texts, view, actions), refusal(texts, view, actions)),
      slow,
    ],
    stop() {
      clearTimeout(timer);
      stopPolling();
    },
  };
}

/**
 * The customer has something to do at their bank or on the provider's page, or takes another way.
 *
 * @param {Texts} texts
 * @param {View} view
 * @param {Pending} pending
 * @param {Actions} actions
 * @param {{ messages: Node[] }} options
 * @returns {Screen}
 */
export function elsewhereScreen(texts, view, pending, actions, { messages }) {
  const words = pending.kind === 'authenticate' ? texts.authenticate : texts.checkout;
  const stopPolling = poll(actions.refresh);
  return {
    content: [
      ...messages,
      heading(words.title),
      h('p', { class: 'lead' }, words.body(money(pending.amount, pending.currency))),
      h(
        'div',
        { class: 'actions' },
        button(words.go, () => visit.leaveFor(pending.url ?? '')),
        anotherWay(texts, view, actions),
        refusal(texts, view, actions),
      ),
    ],
    stop: stopPolling,
  };
}

/**
 * Ends the open payment, so that the customer can choose again.
 *
 * @param {Texts} texts
 * @param {View} view
 * @param {Actions} actions
 */
export function anotherWay(texts, view, actions) {
  const element = button(
    texts.anotherWay,
    () => {
      setBusy(element, texts.loading);
      actions.cancelPayment(view.step?.id ?? '');
    },
    'secondary',
  );
  return element;
}

/**
 * Ends the open payment, and says no to what it was for.
 *
 * @param {Texts} texts
 * @param {View} view
 * @param {Actions} actions
 */
function refusal(texts, view, actions) {
  const element = button(
    view.step?.decline_label ?? texts.offer.decline,
    () => {
      setBusy(element, texts.offer.declining);
      actions.refusePayment(view.step?.id ?? '');
    },
    'secondary',
  );
  return element;
}

/**
 * @param {Texts} texts
 * @param {View} view
 */
export const orderLink = (texts, view) =>
  h('p', {}, h('a', { href: visit.withToken(view.thank_you_url) }, texts.toOrder));
