import type { FunnelStep } from './funnel.js';

/** Where a customer comes to. */
export type Destination =
  | { readonly kind: 'step'; readonly step: FunnelStep; readonly offerIds: readonly string[] }
  | { readonly kind: 'external'; readonly step: FunnelStep; readonly url: string }
  | { readonly kind: 'end' };

/**
 * The first step from `position` on that has something to show. Steps without are passed: along `next_on_accept` where the
 * customer owns something of it, as if they had just bought it, for a downsell is for those who do not want it; else along
 * `next_on_decline`. Ends on every graph: no step is looked at twice.
 *
 * @param position null: the funnel ends
 */
export function computeDestination(
  steps: readonly FunnelStep[],
  position: number | null,
  isShowable: (step: FunnelStep, offerId: string) => boolean,
  isOwned: (offerId: string) => boolean,
): Destination {
  const seen = new Set<number>();
  let next = position;
  while (next !== null && !seen.has(next)) {
    seen.add(next);
    const at: number = next;
    const step = steps.find((candidate) => candidate.position === at);
    if (!step) break;
    if (step.kind === 'external' && step.externalUrl !== null) return { kind: 'external', step, url: step.externalUrl };
    const offerIds = step.offerIds.filter((offerId) => isShowable(step, offerId));
    if (offerIds.length > 0) return { kind: 'step', step, offerIds };
    next = step.offerIds.some((offerId) => isOwned(offerId)) ? step.nextOnAccept : step.nextOnDecline;
  }
  return { kind: 'end' };
}
