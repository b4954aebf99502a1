/** @import { Pending, View } from '../view.types.js' */
/** @import { Texts } from '../texts/en.js' */
/** @import { Actions, Screen } from '../page.types.js' */
import { countdown } from '../common/clock.js';
import { button, h, heading } from '../common/dom.js';
import { money } from '../common/format.js';
import { poll } from '../common/polling.js';
import { visit } from '../common/visit.js';
import { anotherWay, orderLink } from './pending.js';

/**
 * An open Pix code: to scan, to copy, to keep for later.
 *
 * @param {Texts} texts
 * @param {View} view
 * @param {Pending & { pix: NonNullable<Pending['pix']> }} pending
 * @param {Actions} actions
 * @param {{ messages: Node[] }} options
 * @returns {Screen}
 */
export function pixScreen(texts, view, pending, actions, { messages }) {
  const { code, qr_image: image, expires_at: until } = pending.pix;
  const answer = h('p', { class: 'small', role: 'status' });
  const field = h('textarea', { id: 'pix-code', readonly: true, rows: 3, spellcheck: 'false', class: 'code' }, code);
  const time = countdown({
    label: texts.pix.timeLeft,
    until,
    warning: texts.pix.lastMinute,
    ended: () => void actions.refresh(),
  });
  const stopPolling = poll(actions.refresh);

  async function copy() {
    field.select();
    const isCopied = await navigator.clipboard?.writeText(code).then(
      () => true,
      () => false,
    );
    answer.textContent = isCopied ? texts.pix.copied : texts.pix.notCopied;
  }

  async function check() {
    answer.textContent = texts.loading;
    await actions.refresh();
    answer.textContent = texts.pix.notYet; // still here
  }

  return {
    content: [
      ...messages,
      heading(texts.pix.title),
      h('p', { class: 'lead' }, texts.pix.body(money(pending.amount, pending.currency))),
      time.element,
      h(
        'section',
        { class: 'card pix' },
        h('p', {}, texts.pix.scan),
        qrPicture(texts, image),
        h('label', { for: 'pix-code' }, texts.pix.code),
        field,
        button(texts.pix.copy, () => void copy()),
        answer,
      ),
      h(
        'div',
        { class: 'actions' },
        button(texts.pix.paid, () => void check(), 'secondary'),
        anotherWay(texts, view, actions),
      ),
      h(
        'p',
        { class: 'small' },
        h('a', { href: visit.linkTo(location.pathname + location.search) }, texts.pix.keep),
        ` ${texts.pix.keepNote}`,
      ),
      orderLink(texts, view),
    ],
    stop() {
      time.stop();
      stopPolling();
    },
  };
}

/**
 * The page loads nothing from elsewhere, so a picture that is not part of the answer is left out: the code can be copied.
 *
 * @param {Texts} texts
 * @param {string} source
 */
function qrPicture(texts, source) {
  if (!/^(data:image\/|\/)/.test(source)) return null;
  const element = h('img', { class: 'qr', src: source, alt: texts.pix.qr, width: 240, height: 240 });
  element.addEventListener('error', () => element.remove());
  return element;
}
