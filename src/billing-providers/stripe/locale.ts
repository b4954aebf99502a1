import { LANGUAGES, type Language } from '../../config/index.js';

/** Our languages, which Stripe calls the same; another one lets the page follow the browser. */
export const toLocale = (language: string | undefined): Language | 'auto' =>
  LANGUAGES.find((known) => known === language) ?? 'auto';
