/** @import { Answer, Language, Problem, Quote, Step, View } from './view.types.js' */
/** @import { Actions, Message, Screen, Tried } from './page.types.js' */
/** @import { Texts } from './texts/en.js' */
import { api } from './common/api.js';
import { syncClock } from './common/clock.js';
import { notice, showScreen } from './common/dom.js';
import { speak } from './common/format.js';
import { forgetIntent, intentKey, payOnce } from './common/intent.js';
import { takePaid } from './common/paying.js';
import { loadTexts } from './common/texts.js';
import { visit } from './common/visit.js';
import { expiredScreen, messageScreen, retryScreen } from './screens/message.js';
import { OfferScreen } from './screens/offer.js';
import { elsewhereScreen, processingScreen } from './screens/pending.js';
import { pixScreen } from './screens/pix.js';

/** Coming back from a bank, the answer of the provider is usually here within this. */
const RETURN_MILLISECONDS = 8_000;

/** Problems of a way to pay: another one is chosen beforehand. */
const METHOD_FAILED = /^(payment_declined|payment_method_\w+|one_click_not_available)$/;

/** @type {Texts} */
let texts;
/** @type {Screen} */
let screen = { content: [], stop() {} };
/** What the screen shows: while that stays the same, the screen does, with what is chosen on it. */
let shown = '';
/** @type {string | undefined} */
let shownStep;
/** Counts what the customer does. A question asked before is not answered after it. */
let turn = 0;
let isActing = false;
let returningUntil = 0;
/** @type {ReturnType<typeof visit.takeReturn>} */
let wayBack = null;
/** @type {Tried | null} */
let tried = null;
/** @type {Set<string>} */
const seen = new Set();

/** @param {Language} language */
async function use(language) {
  speak(language);
  texts = await loadTexts(language).catch(() => texts); // lost connection: the language that there is
}

/**
 * @param {Screen} next
 * @param {string} name of what it shows
 * @param {string} [step]
 */
function enter(next, name, step) {
  screen.stop();
  screen = next;
  shown = name;
  shownStep = step;
  showScreen(next.content);
}

/**
 * Shows the state that the API answered.
 *
 * @param {View} view
 * @param {{ message?: Message, isForced?: boolean }} [options] `isForced`: also when it is the state that is shown
 */
async function show(view, { message, isForced = false } = {}) {
  const { session, step, pending } = view;
  const asked = turn;
  const paid = await takePaid(view);
  if (asked !== turn) return; // the customer went on meanwhile, which shows a newer state
  syncClock(session.server_time);
  await use(view.language);
  if (view.redirect_url !== null) return visit.endAt(view.redirect_url);
  if (session.status !== 'open' && session.status !== 'charging') {
    return visit.moveTo(view.thank_you_url, session.status === 'completed' ? undefined : 'over');
  }
  const isReturning = performance.now() < returningUntil && isPerhapsPaid(pending);
  const name = JSON.stringify([
    step?.id,
    step?.is_expired,
    step?.offers.map(({ terms }) => terms),
    session.status,
    pending,
    pending && isReturning,
    view.last_failure,
    view.language,
  ]);
  const said = message ?? (paid === undefined ? undefined : added(paid));
  if (name === shown && !isForced && !said) screen.update?.(view);
  else enter(screenOf(view, said, isReturning), name, step?.id);
  if (step && !pending && !step.is_expired) void saw(step);
}

/**
 * @param {string} name
 * @returns {Message}
 */
const added = (name) => ({ kind: 'good', text: texts.added(name) });

/**
 * A bank says in the address whether it worked. A payment page says so only where it was asked to.
 *
 * @param {View['pending']} pending
 */
const isPerhapsPaid = (pending) => wayBack === 'paid' || (wayBack === 'unknown' && pending?.kind === 'checkout');

/**
 * @param {View} view
 * @param {Message | undefined} message
 * @param {boolean} isReturning
 * @returns {Screen}
 */
function screenOf(view, message, isReturning) {
  const { step, pending } = view;
  const messages = message ? [notice(message.kind, message.text)] : [];
  if (pending?.kind === 'pix' && pending.pix) {
    return pixScreen(texts, view, { ...pending, pix: pending.pix }, actions, { messages });
  }
  if (pending && pending.kind !== 'processing' && !isReturning && pending.url) {
    return elsewhereScreen(texts, view, pending, actions, { messages });
  }
  if (pending || !step) return processingScreen(texts, view, actions, { messages, isReturning });
  if (step.is_expired) return expiredScreen(texts, () => act(() => api.decline(step.id), { isQuiet: true }));
  if (view.last_failure && !message) messages.push(notice('bad', view.last_failure.message));
  return new OfferScreen(texts, step, actions, { messages, tried, taxIdError: message?.field ? message.text : '' });
}

/**
 * The step was seen, which starts its countdown: said once, and only when somebody looks.
 *
 * @param {Step} step
 */
async function saw({ id }) {
  if (document.hidden || seen.has(id)) return;
  seen.add(id);
  const answer = await api.sawStep(id);
  if (answer.ok || answer.problem) return refresh();
  seen.delete(id);
}

/** Asks what is to be shown now. Whatever the customer does meanwhile counts more. */
async function refresh() {
  const asked = turn;
  const answer = await api.readView();
  if (asked !== turn || isActing) return;
  if (answer.ok) await show(answer.body);
  else if (answer.problem && answer.problem.status < 500) await showProblem(answer.problem);
}

/**
 * What the customer pressed, once.
 *
 * @param {() => Promise<Answer<View>>} request
 * @param {{ isQuiet?: boolean, done?: (status: number) => Message | undefined, lost?: string, waiting?: string }} [options] `isQuiet`: what
 *   the API would say is known already; `lost`: said when no answer came and nothing has changed;
 *   `waiting`: said until that is known
 */
async function act(request, { isQuiet = false, done, lost, waiting } = {}) {
  if (isActing) return;
  isActing = true;
  turn += 1;
  const answer = await request();
  isActing = false;
  if (answer.ok) return show(answer.body, { message: done?.(answer.status), isForced: true });
  const { problem } = answer;
  if (isQuiet && problem?.current) return show(problem.current, { isForced: true });
  return problem ? showProblem(problem) : recover(lost, { waiting });
}

/** @param {Problem} problem */
async function showProblem({ status, code, message, errors, current }) {
  if (status === 401 || code === 'upsell_session_not_found') return enterEnd(status, message);
  // Why a payment failed says more than that it did.
  const reason = code === 'payment_declined' ? current?.last_failure?.message : undefined;
  const field = errors?.some((error) => error.field.endsWith('tax_id')) ? 'tax_id' : undefined;
  const text = reason ?? (field ? texts.offer.taxIdWrong : message);
  return current
    ? show(current, { message: { kind: 'bad', text, field }, isForced: true })
    : recover(text, { isAnswer: true, field });
}

/**
 * The link leads nowhere any more.
 *
 * @param {number} status
 * @param {string} title
 */
const enterEnd = (status, title) =>
  enter(messageScreen(status === 401 ? texts.denied : { ...texts.failed, title }), 'end');

/**
 * No answer came, or one without a state: reads the state, as often as that takes, and shows it with what there is to say.
 * It is only read, so a page that was left alone buys nothing when its connection comes back.
 *
 * @param {string} [text] said where the customer is still where they were
 * @param {{ isAnswer?: boolean, waiting?: string, field?: Message['field'] }} [options] `isAnswer`: it is what the API answered, true whatever the
 *   state is; `waiting`: said as long as the API cannot be reached
 */
async function recover(text, { isAnswer = false, waiting = texts.lost.body, field } = {}) {
  isActing = true;
  const before = shownStep;
  const retry = async () => {
    const answer = await api.readView();
    const isOver = answer.ok || (answer.problem !== null && answer.problem.status < 500);
    if (!isOver || !isActing) return isOver;
    isActing = false;
    turn += 1;
    if (!answer.ok) {
      if (answer.problem) enterEnd(answer.problem.status, answer.problem.message);
      return true;
    }
    const { step, pending, last_failure: failure } = answer.body;
    const isTrue = step?.id === before && (isAnswer || (!pending && !failure));
    await show(answer.body, { isForced: true, message: text && isTrue ? { kind: 'bad', text, field } : undefined });
    return true;
  };
  const retryQuietly = async () => void (await retry());
  if (!(await retry())) enter(retryScreen(texts, waiting, retryQuietly), 'lost');
}

/** @type {Actions} */
const actions = {
  pay(order, { name, ...chosen }) {
    void act(
      async () => {
        const key = intentKey(order);
        const answer = await payOnce(order, key);
        const isDefinite = answer.ok || (answer.problem !== null && answer.problem.status < 500);
        if (isDefinite) forgetIntent();
        tried = answer.ok ? null : { ...chosen, hasFailed: METHOD_FAILED.test(answer.problem?.code ?? '') };
        if (answer.ok) leaveToPay(answer.body);
        return answer;
      },
      {
        done: (status) => (status === 200 ? added(name) : undefined),
        lost: texts.lost.open,
        waiting: texts.lost.paid,
      },
    );
  },
  decline: (step) => void act(() => api.decline(step), { lost: texts.lost.short }),
  cancelPayment: (step) => void act(() => api.cancelPayment(step), { lost: texts.lost.short }),
  refusePayment: (step) => void act(() => refuse(step), { lost: texts.lost.short }),
  quote: (step, offer) => api.quote(step, offer),
  refresh,
};

/**
 * Ends the open payment and says no; only where that payment has not led on by itself meanwhile.
 *
 * @param {string} step
 */
async function refuse(step) {
  const answer = await api.cancelPayment(step);
  // Where the provider closes nothing, its page stays as it is and the customer goes on all the same.
  if (!answer.ok) return answer.problem?.code === 'upsell_payment_pending' ? api.decline(step) : answer;
  const isOpen = answer.body.step?.id === step && answer.body.pending === null;
  return isOpen ? api.decline(step) : answer;
}

/**
 * Whoever pressed the button goes on at the bank or on the payment page without a second press.
 *
 * @param {View} view
 */
function leaveToPay({ pending }) {
  if (pending?.url && pending.kind !== 'pix') visit.leaveFor(pending.url);
}

async function start() {
  await use(visit.guessLanguage());
  if (!visit.isComplete) return enter(messageScreen(texts.incomplete), 'incomplete');
  wayBack = visit.takeReturn();
  if (wayBack !== null) returningUntil = performance.now() + RETURN_MILLISECONDS;
  await recover();
}

// The back button may bring the page back as it was left; a page left open for an hour may be out of date too.
addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  visit.forgetReturn();
  wayBack = null;
  shown = '';
  void refresh();
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && !isActing && shown !== '' && visit.isComplete) void refresh();
});

void start();
