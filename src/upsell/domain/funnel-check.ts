import type { Language } from '../../config/index.js';
import { checkStepOffers, type OfferContext } from './funnel-check-offers.js';
import { findOnCycles, findUnreachable, isStep } from './funnel-graph.js';
import { problem, type FunnelProblem } from './funnel-problem.js';
import type { DraftStep, FunnelDraft } from './funnel.js';

/** What a draft is checked against: the catalogue and the configuration as they are now. */
export interface FunnelContext extends OfferContext {
  /** Every step says something in it: whoever asks for another language that is missing is shown this one. */
  readonly defaultLanguage: Language;
  /** Paths of pictures of the draft that nobody has uploaded. */
  readonly missingImages: readonly string[];
  /** Origins that an external step may lead to. */
  readonly externalOrigins: readonly string[];
}

/** Everything that keeps a draft from being published, by step; empty: it can be published. */
export function checkFunnel(draft: FunnelDraft, context: FunnelContext): FunnelProblem[] {
  const { steps } = draft;
  if (steps.length === 0) return [problem(null, 'steps_required', 'The funnel has no step.')];
  const ofScope = context.currencies.length === 0 ? [problem(null, 'scope_not_sold', NOT_SOLD)] : [];
  const ofSteps = steps.flatMap((step, position) => [
    ...checkNexts(steps, position),
    ...checkTexts(step, position, context),
    ...checkExternal(step, position, context),
    ...checkStepOffers(step, position, context),
  ]);
  return [...ofScope, ...[...ofSteps, ...checkWays(steps)].toSorted((left, right) => orderOf(left) - orderOf(right))];
}

const NOT_SOLD = 'What is bought has no price: there is no currency to offer anything in.';
const orderOf = ({ step }: FunnelProblem): number => step ?? -1;

function checkNexts(steps: readonly DraftStep[], position: number): FunnelProblem[] {
  const { nextOnAccept, nextOnDecline } = steps[position]!;
  const nexts = [
    ['next_on_accept', nextOnAccept],
    ['next_on_decline', nextOnDecline],
  ] as const;
  return nexts.flatMap(([name, next]) =>
    next === null || isStep(steps, next)
      ? []
      : [problem(position, 'next_missing', `${name} leads to step ${next}, which does not exist.`)],
  );
}

function checkWays(steps: readonly DraftStep[]): FunnelProblem[] {
  return [
    ...findOnCycles(steps).map((position) =>
      problem(position, 'never_ends', 'A customer can come to this step again and again.'),
    ),
    ...findUnreachable(steps).map((position) => problem(position, 'step_unreachable', 'No way leads to this step.')),
  ];
}

/** An external step shows nothing of its own: the customer is sent on at once. */
function checkTexts(step: DraftStep, position: number, context: FunnelContext): FunnelProblem[] {
  const { defaultLanguage, missingImages } = context;
  const isSilent = step.kind !== 'external' && !step.texts[defaultLanguage]?.headline;
  const silence = `There is no headline in ${defaultLanguage}, the default language (DEFAULT_LANGUAGE).`;
  const isImageUnknown = step.image !== null && missingImages.includes(step.image);
  return [
    ...(isSilent ? [problem(position, 'headline_missing', silence)] : []),
    ...(isImageUnknown ? [problem(position, 'image_unknown', `There is no picture ${step.image}: upload it.`)] : []),
  ];
}

function checkExternal(step: DraftStep, position: number, { externalOrigins }: FunnelContext): FunnelProblem[] {
  const { kind, externalUrl } = step;
  if (kind !== 'external') {
    return externalUrl === null
      ? []
      : [problem(position, 'external_url_unexpected', 'Only an external step has an external_url.')];
  }
  const isFinal = step.nextOnAccept === null && step.nextOnDecline === null;
  return [
    ...(isFinal ? [] : [problem(position, 'external_not_final', 'Nothing comes after an external step.')]),
    ...(isAllowed(externalUrl, externalOrigins)
      ? []
      : [problem(position, 'external_url_not_allowed', `external_url must start with ${listOf(externalOrigins)}.`)]),
  ];
}

/** http(s), of an allowed origin, without credentials in it. */
function isAllowed(url: string | null, origins: readonly string[]): boolean {
  const parsed = url !== null && URL.canParse(url) ? new URL(url) : undefined;
  return (
    parsed !== undefined &&
    /^https?:$/.test(parsed.protocol) &&
    origins.includes(parsed.origin) &&
    parsed.username === '' &&
    parsed.password === ''
  );
}

const listOf = (origins: readonly string[]): string =>
  origins.length > 0 ? origins.join(' or ') : 'an allowed origin';
