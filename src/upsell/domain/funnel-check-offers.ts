import { problem, type FunnelProblem } from './funnel-problem.js';
import type { DraftStep, StepKind } from './funnel.js';

/** What the rules ask about an offer. */
export interface ShownOffer {
  readonly code: string;
  readonly kind: 'one_time' | 'plan';
  readonly isActive: boolean;
  readonly allowedMethods: readonly ('card' | 'pix')[];
  /** ISO 4217, upper case: currencies that it can be paid in now. */
  readonly currencies: readonly string[];
  /** Whether it sells what was bought before the funnel: customers are not shown what they own. */
  readonly isBought: boolean;
}

export interface OfferContext {
  /** By code: the offers of the draft that there are. */
  readonly offers: ReadonlyMap<string, ShownOffer>;
  /** ISO 4217, upper case: currencies that what comes before the funnel can be bought in. A sale has one of them. */
  readonly currencies: readonly string[];
}

interface OfferRule {
  readonly least: number;
  readonly most: number;
  /** What it may sell; undefined: anything. */
  readonly sells?: ShownOffer['kind'];
}

const OFFER_RULES: Readonly<Record<StepKind, OfferRule>> = {
  one_click: { least: 1, most: 1, sells: 'one_time' },
  multi_offer: { least: 2, most: 6 },
  with_plans: { least: 2, most: 4, sells: 'plan' },
  pix_or_card: { least: 1, most: 1, sells: 'one_time' },
  plan_upgrade: { least: 1, most: 1, sells: 'plan' },
  external: { least: 0, most: 0 },
};

/** Everything that is wrong with what a step offers. */
export function checkStepOffers(step: DraftStep, position: number, context: OfferContext): FunnelProblem[] {
  const codes = [...new Set(step.offerCodes)];
  return [
    ...checkCount(step, position),
    ...codes.flatMap((code) => checkOffer(code, step.kind, position, context)),
    ...checkCurrencies(codes, step.kind, position, context),
  ];
}

function checkCount({ kind, offerCodes }: DraftStep, position: number): FunnelProblem[] {
  const { least, most } = OFFER_RULES[kind];
  const repeated = [...new Set(offerCodes.filter((code, index) => offerCodes.indexOf(code) !== index))];
  const wanted = least === most ? String(least) : `${least} to ${most}`;
  return [
    ...(offerCodes.length < least || offerCodes.length > most
      ? [problem(position, 'offer_count', `A step ${kind} shows ${wanted} offers, not ${offerCodes.length}.`)]
      : []),
    ...repeated.map((code) => problem(position, 'offer_repeated', `Offer ${code} is listed more than once.`)),
  ];
}

function checkOffer(code: string, kind: StepKind, position: number, context: OfferContext): FunnelProblem[] {
  const offer = context.offers.get(code);
  if (!offer) return [problem(position, 'offer_unknown', `There is no offer ${code}.`)];
  const { sells } = OFFER_RULES[kind];
  const isPayable = offer.currencies.some((currency) => context.currencies.includes(currency));
  const isPixReady = offer.allowedMethods.includes('pix') && offer.currencies.includes('BRL');
  return [
    ...(offer.isActive ? [] : [problem(position, 'offer_inactive', `Offer ${code} is not active.`)]),
    ...(offer.isBought ? [problem(position, 'offer_bought', `Offer ${code} sells what was just bought.`)] : []),
    ...(sells === undefined || sells === offer.kind
      ? []
      : [problem(position, 'offer_kind', `A step ${kind} sells ${sells} offers; ${code} is ${offer.kind}.`)]),
    ...(kind === 'pix_or_card' && !isPixReady
      ? [problem(position, 'pix_missing', `Offer ${code} cannot be paid by Pix: it must allow pix and be in BRL.`)]
      : []),
    ...(kind === 'one_click' && !offer.allowedMethods.includes('card')
      ? [problem(position, 'card_missing', `Offer ${code} does not allow card, the only way to pay in one click.`)]
      : []),
    // Without any currency it is not the offer that is wrong.
    ...(isPayable || context.currencies.length === 0
      ? []
      : [problem(position, 'offer_not_payable', `Offer ${code} has no price in ${context.currencies.join(' or ')}.`)]),
  ];
}

/** A step with nothing to pay in the sale's currency would be skipped for every such sale. */
function checkCurrencies(
  codes: readonly string[],
  kind: StepKind,
  position: number,
  context: OfferContext,
): FunnelProblem[] {
  const offers = codes.flatMap((code) => context.offers.get(code) ?? []);
  const missing = context.currencies.filter((currency) => !offers.some((offer) => offer.currencies.includes(currency)));
  // When nothing is covered, `offer_not_payable` says so of each offer.
  if (kind === 'external' || missing.length === context.currencies.length) return [];
  return missing.map((currency) => problem(position, 'currency_not_covered', `No offer has a price in ${currency}.`));
}

/** A published offer that customers are not shown now: the step shows the others, or is skipped. */
export interface UnshownOffer {
  readonly step: number;
  readonly offerCode: string;
  readonly reason: 'inactive' | 'not_payable';
}

/** What a published version would leave out if it were shown now. */
export const findUnshownOffers = (
  steps: readonly Pick<DraftStep, 'offerCodes'>[],
  { offers, currencies }: OfferContext,
): UnshownOffer[] =>
  steps.flatMap(({ offerCodes }, step) =>
    offerCodes.flatMap((offerCode): UnshownOffer[] => {
      const offer = offers.get(offerCode);
      if (!offer?.isActive) return [{ step, offerCode, reason: 'inactive' }];
      const isPayable = offer.currencies.some((currency) => currencies.includes(currency));
      return isPayable ? [] : [{ step, offerCode, reason: 'not_payable' }];
    }),
  );
