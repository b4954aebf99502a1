import { createHash } from 'node:crypto';
import { translateOffer } from '../catalog/index.js';
import type { Language } from '../config/index.js';
import type { PlanQuote } from '../subscription/index.js';
import type { FunnelStep, FunnelVersion, StepText } from './domain/funnel.js';
import { toCanonicalText, type CrossSellTerms, type Terms } from './domain/terms.js';
import type { ShownOffer } from './showcase.js';

/** Where an offer is shown. */
export interface Shown {
  readonly version: FunnelVersion;
  readonly step: FunnelStep;
  readonly language: Language;
  readonly defaultLanguage: Language;
}

const SILENT: StepText = { headline: '', body: null, acceptLabel: null, declineLabel: null };

/** The step in the customer's language, else in the one that every published step has. */
export const textOf = (step: FunnelStep, language: Language, fallback: Language): StepText =>
  step.texts[language] ?? step.texts[fallback] ?? Object.values(step.texts)[0] ?? SILENT;

/** All that a customer agrees to by accepting the offer here and now. */
export function computeTerms({ offer, price }: ShownOffer, shown: Shown, quote: PlanQuote | undefined): Terms {
  const { version, step, language, defaultLanguage } = shown;
  const { headline, body, acceptLabel, declineLabel } = textOf(step, language, defaultLanguage);
  return {
    ...priceTerms({ offer, price }, language),
    funnel: { uuid: version.funnelUuid, version: version.number },
    step: { uuid: step.uuid, headline, body, acceptLabel, declineLabel },
    quote: quote ? { uuid: quote.uuid, amount: quote.amountDue, currency: quote.currency } : null,
  };
}

/** The same where the offer is bought by itself. */
export const computeCrossSellTerms = (
  shown: ShownOffer,
  language: Language,
  trigger: string | null,
): CrossSellTerms => ({
  ...priceTerms(shown, language),
  trigger,
});

function priceTerms({ offer, price }: Pick<ShownOffer, 'offer' | 'price'>, language: Language) {
  const { name, description, sellingPoints } = translateOffer(offer, language);
  return {
    offer: { uuid: offer.uuid, name, description, sellingPoints },
    amount: price.amount,
    currency: price.currency,
    interval: price.interval && { unit: price.interval.unit, count: price.interval.count },
    tax: 'included',
    language,
  } as const;
}

/** What stands for the terms in a request. */
export const digestOf = (terms: Terms | CrossSellTerms): string =>
  createHash('sha256').update(toCanonicalText(terms)).digest('hex');
