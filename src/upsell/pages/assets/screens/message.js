/** @import { Texts } from '../texts/en.js' */
/** @import { Screen } from '../page.types.js' */
import { button, h, heading, setBusy, spinner } from '../common/dom.js';
import { poll } from '../common/polling.js';

/**
 * A page that says one thing.
 *
 * @param {{ title: string, body: string }} words
 * @returns {Screen}
 */
export const messageScreen = ({ title, body }) => ({
  content: [heading(title), h('p', { class: 'lead' }, body)],
  stop() {},
});

/**
 * The API cannot be reached, or cannot answer now. The page tries by itself; the button is for the impatient.
 *
 * @param {Texts} texts
 * @param {string} body
 * @param {() => Promise<void>} retry
 * @returns {Screen}
 */
export const retryScreen = (texts, body, retry) => ({
  content: [
    heading(texts.lost.title),
    h('p', { class: 'lead' }, body),
    spinner(texts.loading),
    h(
      'div',
      { class: 'actions' },
      button(texts.tryAgain, () => void retry(), 'secondary'),
    ),
  ],
  stop: poll(retry),
});

/**
 * The step's time is over; its successor is one press away.
 *
 * @param {Texts} texts
 * @param {() => void} proceed
 * @returns {Screen}
 */
export function expiredScreen(texts, proceed) {
  const go = button(texts.expired.go, () => {
    setBusy(go, texts.loading);
    proceed();
  });
  return {
    content: [
      heading(texts.expired.title),
      h('p', { class: 'lead' }, texts.expired.body),
      h('div', { class: 'actions' }, go),
    ],
    stop() {},
  };
}
