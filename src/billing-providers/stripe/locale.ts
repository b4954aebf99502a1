/** Our languages in Stripe's words; another one lets the page follow the browser. */
const LOCALES = new Set(['vi', 'pt-BR', 'en']);

export const toLocale = (language: string | undefined): 'vi' | 'pt-BR' | 'en' | 'auto' =>
  LOCALES.has(language ?? '') ? (language as 'vi' | 'pt-BR' | 'en') : 'auto';
