import { describe, expect, it } from 'vitest';
import { languageOf, TEXTS, type Texts } from './index.js';

describe('the language of a visitor', () => {
  it.each([
    ['pt-PT,pt;q=0.9,en;q=0.8', 'pt-BR'],
    ['de,vi-VN;q=0.9', 'vi'],
    ['de, fr', 'en'],
    [undefined, 'en'],
  ])('for %s is %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
});

describe('the texts', () => {
  const leavesOf = (value: unknown, path = ''): [string, string][] => {
    if (typeof value === 'function') return [[path, (value as (...words: string[]) => string)('A', 'B')]];
    if (typeof value !== 'object' || value === null) return [[path, String(value)]];
    return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, `${path}.${key}`));
  };
  const english = new Map(leavesOf(TEXTS.en));
  it.each([
    ['vi', TEXTS.vi],
    ['pt-BR', TEXTS['pt-BR']],
  ] as const)('say the same things in %s, none of them in English', (_language, texts: Texts) => {
    const leaves = leavesOf(texts);
    expect(leaves.map(([path]) => path)).toEqual([...english.keys()]);
    expect(leaves.filter(([path, text]) => text === english.get(path))).toEqual([]);
  });
});
