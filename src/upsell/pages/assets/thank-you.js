/** @import { Item, ThankYou } from './view.types.js' */
/** @import { Texts } from './texts/en.js' */
import { api } from './common/api.js';
import { button, h, heading, notice, picture, showScreen, spinner } from './common/dom.js';
import { money, price, speak } from './common/format.js';
import { poll } from './common/polling.js';
import { loadTexts } from './common/texts.js';
import { visit } from './common/visit.js';

/** A sale that is not settled is looked at this often, at first. */
const OFTEN = 5_000;

/** @type {Texts} */
let texts;
let shown = '';
let stopPolling = () => {};
const note = visit.takeNote();

/** @param {ThankYou} order */
async function show(order) {
  speak(order.language);
  texts = await loadTexts(order.language).catch(() => texts);
  const name = JSON.stringify({ ...order, server_time: '' });
  if (name === shown) return;
  const isFirst = shown === '';
  shown = name;
  // What arrives later is not worth losing one's place for.
  showScreen(contentOf(order), { isQuiet: !isFirst });
  stopPolling();
  const isSettled = order.sale.is_closed && !order.items.some(({ status }) => status === 'pending');
  stopPolling = isSettled ? () => {} : poll(refresh, { often: OFTEN });
}

/** @param {ThankYou} order */
const contentOf = ({ sale, items, totals, resume_url: resumeUrl, return_url: returnUrl }) => [
  note === 'over' && notice('plain', texts.over),
  heading(texts.thanks.title),
  h('p', { class: 'lead' }, texts.thanks.lead[sale.status]),
  items.some(({ status }) => status === 'pending') && notice('plain', texts.thanks.waiting),
  resumeUrl !== null &&
    h(
      'div',
      { class: 'actions' },
      h('a', { class: 'button primary', href: visit.withToken(resumeUrl) }, h('strong', {}, texts.thanks.resume)),
    ),
  h(
    'section',
    { class: 'card receipt', 'aria-labelledby': 'items' },
    h('h2', { id: 'items' }, texts.thanks.items),
    h('ul', {}, ...items.map(line)),
    h(
      'dl',
      {},
      ...totals.flatMap(({ amount, currency }) => [
        h('dt', {}, texts.thanks.total),
        h('dd', {}, money(amount, currency)),
      ]),
    ),
    h('p', { class: 'small' }, texts.thanks.tax),
  ),
  returnUrl !== null &&
    h(
      'div',
      { class: 'actions' },
      h('a', { class: 'button primary', href: returnUrl }, h('strong', {}, texts.thanks.back)),
    ),
  h('p', { class: 'small reference' }, `${texts.thanks.reference}: `, h('span', {}, sale.id)),
];

/** @param {Item} item */
const line = ({ name, status, amount, currency, delivery, image, renewal }) =>
  h(
    'li',
    { class: 'item' },
    picture(image, 'thumbnail'),
    h(
      'div',
      {},
      h('strong', {}, name),
      h('span', { class: `badge ${status}` }, texts.thanks.status[status]),
      status === 'paid' && delivery && h('p', { class: 'description' }, delivery),
      status === 'paid' && renewal && h('p', { class: 'description' }, texts.offer.renews(price(texts, renewal))),
    ),
    h(
      'span',
      { class: 'amount' },
      status === 'failed' || status === 'expired' ? texts.thanks.notCharged : money(amount, currency),
    ),
  );

async function refresh() {
  const answer = await api.readThankYou();
  if (answer.ok) await show(answer.body);
  else if (shown === '') showProblem(answer.problem);
}

/** @param {import('./view.types.js').Problem | null} problem */
function showProblem(problem) {
  stopPolling();
  if (problem && problem.status < 500) {
    const { title, body } = problem.status === 401 ? texts.denied : { ...texts.failed, title: problem.message };
    return showScreen([heading(title), h('p', { class: 'lead' }, body)]);
  }
  showScreen([
    heading(texts.lost.title),
    h('p', { class: 'lead' }, texts.lost.body),
    spinner(texts.loading),
    h(
      'div',
      { class: 'actions' },
      button(texts.tryAgain, () => void refresh(), 'secondary'),
    ),
  ]);
  stopPolling = poll(refresh);
}

async function start() {
  const language = visit.guessLanguage();
  speak(language);
  texts = await loadTexts(language);
  if (!visit.isComplete) {
    return showScreen([heading(texts.incomplete.title), h('p', { class: 'lead' }, texts.incomplete.body)]);
  }
  await refresh();
}

addEventListener('pageshow', (event) => {
  if (event.persisted) void refresh();
});

void start();
