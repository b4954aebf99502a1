/**
 * An element. Text is always text, never markup.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>} [properties]
 *   attributes; `on…` listens; false, null and undefined are left out
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter(isPart));
  return element;
}

/** @param {string} id */
const existing = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @returns {part is Node | string} */
const isPart = (/** @type {unknown} */ part) => part instanceof Node || (typeof part === 'string' && part !== '');

/**
 * Shows a screen from its top, named by its one heading, which is where a keyboard or a screen reader goes on.
 *
 * @param {readonly (Node | string | null | undefined | false)[]} content
 * @param {{ isQuiet?: boolean }} [options] `isQuiet`: the reader stays where they are
 */
export function showScreen(content, { isQuiet = false } = {}) {
  const page = existing('page');
  announce(''); // what the screen before said is over
  page.replaceChildren(...content.filter(isPart));
  page.removeAttribute('aria-busy');
  delete page.dataset.busy;
  const heading = page.querySelector('h1');
  document.title = heading?.textContent ?? '';
  if (isQuiet) return;
  scrollTo(0, 0);
  const wrong = /** @type {HTMLElement | null} */ (page.querySelector('[aria-invalid="true"]'));
  if (wrong) return wrong.focus();
  const start = /** @type {HTMLElement | null} */ (page.querySelector('[data-start]')) ?? heading;
  start?.focus({ preventScroll: true });
}

/**
 * The heading of a screen.
 *
 * @param {string} text
 */
export const heading = (text) => h('h1', { tabindex: -1 }, text);

/**
 * Says something without showing it.
 *
 * @param {string} text
 */
export function announce(text) {
  existing('status').textContent = text;
}

/**
 * A message above everything else. What went wrong is where the focus goes, so that it is not missed.
 *
 * @param {'bad' | 'good' | 'plain'} kind
 * @param {string} text
 */
export const notice = (kind, text) =>
  kind === 'bad'
    ? h('p', { class: 'notice bad', role: 'alert', tabindex: -1, 'data-start': true }, text)
    : h('p', { class: `notice ${kind}`, role: 'status' }, text);

/**
 * @param {string} text
 * @param {() => void} press
 * @param {'primary' | 'secondary'} [kind]
 */
export const button = (text, press, kind = 'primary') =>
  h('button', { type: 'button', class: `button ${kind}`, onclick: press }, h('strong', {}, text));

/** @param {string | null} source a path of this service */
export const picture = (source, className = 'picture') =>
  source === null ? null : h('img', { class: className, src: source, alt: '', decoding: 'async' });

/** @param {string} text */
export const spinner = (text) => h('p', { class: 'spinner', role: 'status' }, text);

/**
 * A button was pressed: it says so, and nothing else can be pressed until the next screen.
 *
 * @param {HTMLButtonElement} pressed
 * @param {string} text what its label says meanwhile
 */
export function setBusy(pressed, text) {
  existing('page').dataset.busy = 'yes';
  for (const control of existing('page').querySelectorAll('button, input, select')) {
    /** @type {HTMLButtonElement} */ (control).disabled = true;
  }
  pressed.setAttribute('aria-busy', 'true');
  const label = pressed.querySelector('strong');
  if (label) label.textContent = text;
  announce(text);
}
