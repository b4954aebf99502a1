/** @import { Language } from '../view.types.js' */

/*
 * Who visits: the offer that was bought stands in the address, the token behind its `#`, where no server sees it. The token
 * is kept for this tab and taken out of the address bar, so that it is in no history and on no screenshot.
 */

const query = new URLSearchParams(location.search);
const offer = query.get('offer') ?? '';
/** What a bank or a payment page said in the address as it led back here. */
const returnStatus = query.get('redirect_status');
const TOKEN_KEY = `uplift.token.${offer}`;
const NOTE_KEY = `uplift.note.${offer}`;
const AWAY_KEY = `uplift.away.${offer}`;

/** @type {Map<string, string>} */
const memory = new Map();

/** For this tab. A browser may refuse it: then what is kept is kept until the page is left. */
const storage = {
  /** @param {string} key */
  read(key) {
    try {
      return sessionStorage.getItem(key);
    } catch {
      return memory.get(key) ?? null;
    }
  },
  /**
   * @param {string} key
   * @param {string | null} value null removes it
   */
  write(key, value) {
    try {
      if (value === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, value);
      return true;
    } catch {
      if (value === null) memory.delete(key);
      else memory.set(key, value);
      return false;
    }
  },
};

function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  // Without storage the token stays in the address, so that a reload still works.
  const isKept = !given || storage.write(TOKEN_KEY, given);
  cleanAddress(isKept ? '' : location.hash);
  return given ?? storage.read(TOKEN_KEY) ?? '';
}

/**
 * A bank adds the payment and its secret to the address: no more than the offer stays.
 *
 * @param {string} hash
 */
function cleanAddress(hash) {
  const search = offer === '' ? location.search : `?${new URLSearchParams({ offer })}`;
  const clean = location.pathname + search + hash;
  if (clean !== location.pathname + location.search + location.hash) history.replaceState(history.state, '', clean);
}

const token = takeToken();

export const visit = {
  offer,
  token,
  isComplete: offer !== '' && token !== '',
  storage,

  /**
   * Adds the token to a path of this service.
   *
   * @param {string} path
   */
  withToken: (path) => `${path}#token=${token}`,

  /**
   * A link of this service that can be kept and opened elsewhere.
   *
   * @param {string} path
   */
  linkTo: (path) => new URL(visit.withToken(path), location.href).href,

  /**
   * Leaves for a page of this service, which replaces this one: the back button leads past it.
   *
   * @param {string} path
   * @param {string} [note] shown there, once
   */
  moveTo(path, note) {
    if (note) storage.write(NOTE_KEY, note);
    location.replace(visit.withToken(path));
  },

  /** What the page before wanted to be said here; once. */
  takeNote() {
    const note = storage.read(NOTE_KEY);
    storage.write(NOTE_KEY, null);
    return note;
  },

  /**
   * Leaves for a page of somebody else. Coming back is noticed: what was done there may take a moment to be known here.
   *
   * @param {string} url
   */
  leaveFor(url) {
    if (!isWebAddress(url)) return;
    storage.write(AWAY_KEY, 'yes');
    location.assign(url);
  },

  /**
   * The merchant's own page at the end of the offers.
   *
   * @param {string} url
   */
  endAt(url) {
    if (isWebAddress(url)) location.replace(url);
  },

  /**
   * How this page was reached from the page of somebody else; once.
   *
   * @returns {'paid' | 'unknown' | null} `unknown`: a link of that page, which may stand behind a payment; null: it was given
   *   up there, the back button was pressed, or nobody was away
   */
  takeReturn() {
    const wasAway = storage.read(AWAY_KEY) !== null;
    storage.write(AWAY_KEY, null);
    const [entry] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType('navigation'));
    if (entry?.type !== 'navigate') return null;
    if (returnStatus !== null) return returnStatus === 'succeeded' ? 'paid' : null;
    return wasAway ? 'unknown' : null;
  },

  /** The page came back as it was left, by the back button: nobody returns from a payment that way. */
  forgetReturn: () => void storage.write(AWAY_KEY, null),

  /** @returns {Language} the language to speak until the API says which */
  guessLanguage() {
    for (const tag of navigator.languages) {
      const found = LANGUAGES[/** @type {keyof typeof LANGUAGES} */ (tag.slice(0, 2).toLowerCase())];
      if (found) return found;
    }
    return 'en';
  },
};

/** @type {{ vi: Language, pt: Language, en: Language }} */
const LANGUAGES = { vi: 'vi', pt: 'pt-BR', en: 'en' };

/** @param {string} url */
const isWebAddress = (url) => /^https?:\/\//i.test(url);
