import { en } from './en.js';
import { ptBr } from './pt-br.js';
import type { Language, Texts } from './texts.types.js';
import { vi } from './vi.js';

export type { Interval, Language, Texts } from './texts.types.js';

export const TEXTS: Readonly<Record<Language, Texts>> = { vi, 'pt-BR': ptBr, en };

export const LANGUAGES = Object.keys(TEXTS) as readonly Language[];

export const isLanguage = (value: string | undefined): value is Language =>
  (LANGUAGES as readonly (string | undefined)[]).includes(value);

/** The first language of an `Accept-Language` header that the shop speaks; English otherwise. */
export function languageOf(header: string | undefined): Language {
  for (const part of (header ?? '').slice(0, 500).split(',')) {
    const tag = part.split(';')[0]?.trim().toLowerCase().split('-')[0];
    const language = LANGUAGES.find((each) => each.toLowerCase().split('-')[0] === tag);
    if (language) return language;
  }
  return 'en';
}
