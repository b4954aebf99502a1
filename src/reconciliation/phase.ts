import type { BillingProvider } from '../billing-providers/index.js';
import type { Counts, FoundDifference } from './domain/difference.js';
import type { Run } from './domain/run.js';
import type { ProviderPace } from './provider-pace.js';

/** What a phase works with. */
export interface PhaseContext {
  readonly run: Run;
  readonly provider: BillingProvider;
  readonly pace: ProviderPace;
}

/** What one step of a phase came to. It is kept in one transaction, with the cursor. */
export interface StepResult {
  readonly differences: readonly FoundDifference[];
  readonly counts: Partial<Counts>;
  /** Things of ours that were met; see `ReconciliationSightingEntity`. */
  readonly sightings: readonly string[];
  /** Where the next step goes on; null: the phase is over. */
  readonly next: string | null;
}

/** One step after the other; a step may be made again from its cursor, and then comes to the same. */
export interface PhaseSteps {
  /** @throws ProviderError, Interrupted */
  step(context: PhaseContext, cursor: string | null): Promise<StepResult>;
}

export const NOTHING: StepResult = { differences: [], counts: {}, sightings: [], next: null };

export const subscriptionSubject = (subscriptionId: string): string => `subscription:${subscriptionId}`;
export const attemptSubject = (uuid: string): string => `attempt:${uuid}`;
