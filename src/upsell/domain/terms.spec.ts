import { describe, expect, it } from 'vitest';
import { toCanonicalText, type Terms } from './terms.js';

describe('toCanonicalText', () => {
  const terms: Terms = {
    offer: { uuid: 'o', name: 'Presets', description: null, sellingPoints: ['a', 'b'] },
    amount: 1_900,
    currency: 'USD',
    interval: null,
    tax: 'included',
    language: 'en',
    funnel: { uuid: 'f', version: 3 },
    step: { uuid: 's', headline: 'More?', body: null, acceptLabel: null, declineLabel: null },
    quote: null,
  };

  it('is one text whatever the order of the members', () => {
    const reversed = Object.fromEntries(Object.entries(terms).toReversed()) as unknown as Terms;
    expect(toCanonicalText(reversed)).toBe(toCanonicalText(terms));
  });

  it.each<[string, Terms]>([
    ['the amount', { ...terms, amount: 1_901 }],
    ['the currency', { ...terms, currency: 'BRL' }],
    ['the interval', { ...terms, interval: { unit: 'month', count: 1 } }],
    ['a text', { ...terms, offer: { ...terms.offer, name: 'Preset' } }],
    ['the order of the selling points', { ...terms, offer: { ...terms.offer, sellingPoints: ['b', 'a'] } }],
    ['the language', { ...terms, language: 'vi' }],
    ['the version', { ...terms, funnel: { uuid: 'f', version: 4 } }],
    ['the step', { ...terms, step: { ...terms.step, uuid: 't' } }],
    ['a label', { ...terms, step: { ...terms.step, acceptLabel: 'Yes' } }],
    ['a quote', { ...terms, quote: { uuid: 'q', amount: 1, currency: 'USD' } }],
  ])('is another text when %s is another', (_what, changed) => {
    expect(toCanonicalText(changed)).not.toBe(toCanonicalText(terms));
  });
});
