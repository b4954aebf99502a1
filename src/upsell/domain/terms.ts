import type { Language } from '../../config/index.js';

/** Everything that a customer agrees to by one click. Amounts in minor units of `currency`. */
export interface Terms {
  readonly offer: {
    readonly uuid: string;
    readonly name: string;
    readonly description: string | null;
    readonly sellingPoints: readonly string[];
  };
  readonly amount: number;
  readonly currency: string;
  readonly interval: { readonly unit: string; readonly count: number } | null;
  readonly tax: 'included';
  readonly language: Language;
  readonly funnel: { readonly uuid: string; readonly version: number };
  readonly step: {
    readonly uuid: string;
    readonly headline: string;
    readonly body: string | null;
    readonly acceptLabel: string | null;
    readonly declineLabel: string | null;
  };
  /** Of an upgrade: what is charged now. */
  readonly quote: { readonly uuid: string; readonly amount: number; readonly currency: string } | null;
}

/** The same of an offer that is bought by itself. */
export interface CrossSellTerms extends Omit<Terms, 'funnel' | 'step' | 'quote'> {
  /** Uuid of the moment that it is offered at; null where the customer asked for it. */
  readonly trigger: string | null;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One text for equal terms: keys in order, no spaces. Its digest is what the page brings back. */
export const toCanonicalText = (terms: Terms | CrossSellTerms): string => canonical(terms as unknown as Json);

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonical(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${members.join(',')}}`;
}
