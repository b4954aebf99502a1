import type { FactOutcome } from '../../subscription/index.js';

export type WebhookEventStatus = 'pending' | 'processing' | 'completed' | 'failed';

/** Why an event is settled as it is; `ignored` carries its reason in the stored text (`ignored:too_late`). */
export type Outcome =
  | 'applied'
  | `ignored:${string}`
  /** Of a customer or a payment that is not ours (yet): waits for it. */
  | 'foreign'
  /** Nothing that we act on. */
  | 'unsupported'
  /** Of the provider's other mode (test or live) than our key. */
  | 'livemode_mismatch'
  /** The payload names a subscription without describing it: it is read from the provider by a job. */
  | 'fetch_requested'
  /** Signed, but it makes no sense: never tried again by itself. */
  | 'quarantined';

/** What becomes of one claimed event. */
export type Settlement =
  | { readonly status: 'completed'; readonly outcome: Outcome; readonly waitingFor: string | null }
  | {
      readonly status: 'failed';
      readonly outcome: 'quarantined' | null;
      /** For an operator: no SQL, no secrets. */
      readonly error: string;
      readonly waitingFor: string | null;
      /** Whether it is tried again by itself, after a backoff. */
      readonly retried: boolean;
    };

export const completed = (outcome: Outcome, waitingFor: string | null = null): Settlement => ({
  status: 'completed',
  outcome,
  waitingFor,
});

export const quarantined = (error: string): Settlement => ({
  status: 'failed',
  outcome: 'quarantined',
  error,
  waitingFor: null,
  retried: false,
});

export const failed = (error: string, waitingFor: string | null = null): Settlement => ({
  status: 'failed',
  outcome: null,
  error,
  waitingFor,
  retried: waitingFor === null, // what waits is woken by the thing it waits for, not by time
});

/** @param applied what `applied` means for the caller: a fact was applied, or a fetch was requested */
export function toSettlement(result: FactOutcome, applied: Outcome): Settlement {
  switch (result.result) {
    case 'applied':
      return completed(applied);
    case 'ignored':
      return completed(`ignored:${result.reason}`);
    case 'foreign':
      return completed('foreign', result.waitingFor);
    case 'failed':
      return failed(result.error, result.waitingFor ?? null);
    default:
      return result satisfies never;
  }
}

/** The outcome as a metric's label: without the reason, so that its values are few. */
export function toOutcomeLabel(settlement: Settlement): string {
  return (settlement.outcome ?? 'failed').split(':', 1)[0] ?? 'failed';
}
