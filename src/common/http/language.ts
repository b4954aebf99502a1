import type { Language } from '../../config/index.js';

const BY_TAG: Readonly<Record<string, Language>> = { vi: 'vi', pt: 'pt-BR', en: 'en' };

/** The language of an `Accept-Language` header that we speak best (RFC 9110 12.5.4), else `fallback`. */
export function computeLanguage(header: string | undefined, fallback: Language): Language {
  const wanted = (header ?? '')
    .slice(0, 500)
    .split(',')
    .map((part, position) => {
      const [tag = '', ...parameters] = part.trim().split(';');
      const quality = parameters.map((parameter) => /^\s*q=([0-9.]+)$/.exec(parameter)?.[1]).find(Boolean);
      return { language: BY_TAG[tag.toLowerCase().split('-')[0] ?? ''], quality: Number(quality ?? 1), position };
    })
    .filter(({ language, quality }) => language !== undefined && quality > 0)
    .toSorted((left, right) => right.quality - left.quality || left.position - right.position);
  return wanted[0]?.language ?? fallback;
}
