import type { ProviderFact } from '../../billing-providers/index.js';
import type { FactOutcome } from './fact-outcome.js';
import { foldFacts, pricesNeededBy } from './fold.js';
import type { PlansByPrice, SubscriptionState } from './state.js';

/** What was known of a subscription before the new facts came. */
interface Known {
  readonly base: SubscriptionState | null;
  /** Seconds since 1970. */
  readonly baseUntil: number | null;
  readonly facts: readonly ProviderFact[];
}

export interface Effects {
  /** Facts to be added; each once. */
  readonly newFacts: readonly ProviderFact[];
  readonly state: SubscriptionState;
  readonly mustRead?: string;
  readonly outcomes: ReadonlyMap<ProviderFact, FactOutcome>;
}

/** Folds new facts into what is known. Those that name an unknown price, or come too late, stay out and say so. */
export function computeEffects(
  known: Known,
  facts: readonly ProviderFact[],
  plans: PlansByPrice,
  wakeKeyOfPrice: (provider: ProviderFact['provider'], priceId: string) => string,
): Effects {
  const outcomes = new Map<ProviderFact, FactOutcome>();
  const usable = facts.filter((fact) => {
    const refusal = refuse(fact, known, plans, wakeKeyOfPrice);
    if (refusal) outcomes.set(fact, refusal);
    return refusal === undefined;
  });
  const knownIds = new Set(known.facts.map((fact) => fact.eventId));
  const added = new Map(usable.filter((fact) => !knownIds.has(fact.eventId)).map((fact) => [fact.eventId, fact]));
  const newFacts = [...added.values()];
  const { state, effects, mustRead } = foldFacts(known.base, [...known.facts, ...newFacts], plans);
  for (const fact of usable) outcomes.set(fact, effects.get(fact.eventId) as FactOutcome);
  return { newFacts, state, mustRead, outcomes };
}

function refuse(
  fact: ProviderFact,
  known: Known,
  plans: PlansByPrice,
  wakeKeyOfPrice: (provider: ProviderFact['provider'], priceId: string) => string,
): FactOutcome | undefined {
  if (known.baseUntil !== null && fact.occurredAt < known.baseUntil) return { result: 'ignored', reason: 'too_late' };
  const unknown = pricesNeededBy(fact).find((priceId) => !plans.has(priceId));
  if (unknown === undefined) return undefined;
  return {
    result: 'failed',
    error:
      `Price ${unknown} of subscription ${fact.subscriptionId} belongs to no plan in the catalogue. ` +
      'Add it to a plan (PUT /api/v1/admin/packages/{code}/plans/{planCode}); the event is then applied by itself.',
    waitingFor: wakeKeyOfPrice(fact.provider, unknown),
  };
}
