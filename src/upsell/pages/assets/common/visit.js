/** @import { Language } from '../view.types.js' */

/*
 * Who visits: the offer that was bought stands in the address, the token behind its `#`, where no server sees it. The token
 * is kept for this tab and taken out of the address bar, so that it is in no history and on no screenshot.
 */

const offer = new URLSearchParams(location.search).get('offer') ?? '';
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
  if (!given) return storage.read(TOKEN_KEY) ?? '';
  // Without storage the token stays in the address, so that a reload still works.
  if (storage.write(TOKEN_KEY, given)) history.replaceState(history.state, '', location.pathname + location.search);
  return given;
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

  /** Whether this tab was at a page of somebody else just before; once. */
  takeReturn() {
    const wasAway = storage.read(AWAY_KEY) !== null;
    storage.write(AWAY_KEY, null);
    return wasAway;
  },

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
