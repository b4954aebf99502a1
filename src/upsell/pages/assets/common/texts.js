/** @import { Language } from '../view.types.js' */
/** @import { Texts } from '../texts/en.js' */

/** @type {Record<Language, () => Promise<{ texts: Texts }>>} */
const LOADERS = {
  vi: () => import('../texts/vi.js'),
  'pt-BR': () => import('../texts/pt-br.js'),
  en: () => import('../texts/en.js'),
};

/** @type {Map<Language, Texts>} */
const loaded = new Map();

/**
 * The page's own words. Only the language that is spoken is loaded.
 *
 * @param {Language} language
 * @returns {Promise<Texts>}
 */
export async function loadTexts(language) {
  const known = loaded.get(language);
  if (known) return known;
  const { texts } = await LOADERS[language]();
  loaded.set(language, texts);
  return texts;
}
