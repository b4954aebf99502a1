import type { ChargeOutcome, ChargeReferences, MethodSummary, NextStep } from '../../billing-providers/index.js';
import type { AttemptStatus } from './attempt-status.js';
import type { ChargeAttempt } from './charge-attempt.js';

/** What is known of an attempt beside its status. */
export type AttemptDetails = Pick<
  ChargeAttempt,
  | 'amount'
  | 'currency'
  | 'references'
  | 'nextStep'
  | 'method'
  | 'failureCode'
  | 'failureDetail'
  | 'expiresAt'
  | 'absentAt'
>;

/** What an answer, an event or a reading says of an attempt; `unknown`: there was no answer. */
export type Told =
  | (ChargeOutcome & {
      /** Where the one who says it knows it; else it is the attempt's. */
      readonly currency?: string;
    })
  | {
      readonly status: 'unknown';
      /** Why, in the provider's word: for operators. */
      readonly detail?: string;
    };

/** The bank's page: nothing says how long it stays, and a customer who is away so long has given up. */
const AUTHENTICATION_MILLISECONDS = 15 * 60_000;
/** Money under way, with nothing for the customer to do: in case the event that ends it never comes. */
const PROCESSING_MILLISECONDS = 60 * 60_000;

/** When an open attempt is looked at again. @param now product time */
export function computeExpiry(next: NextStep | null, now: Date): Date {
  if (next === null) return new Date(now.getTime() + PROCESSING_MILLISECONDS);
  if (next.kind === 'authenticate') return new Date(now.getTime() + AUTHENTICATION_MILLISECONDS);
  return new Date(next.expiresAt * 1_000);
}

/** What is known of `attempt` once it stands at `status` because of what was told. @param now product time */
export function computeDetails(attempt: ChargeAttempt, status: AttemptStatus, told: Told, now: Date): AttemptDetails {
  if (told.status === 'unknown') return { ...detailsOf(attempt), failureDetail: told.detail ?? attempt.failureDetail };
  const isOpen = status === 'requires_action' || status === 'pending';
  const nextStep = isOpen ? computeNextStep(attempt, told) : null;
  const failure = told.status === 'failed' && status === 'failed' ? told.failure : undefined;
  const hasMoved = told.status === 'succeeded';
  return {
    amount: hasMoved ? told.amount : attempt.amount,
    currency: (hasMoved && told.currency) || attempt.currency,
    references: mergeReferences(attempt.references, told.references),
    nextStep,
    method: chooseMethod(attempt.method, hasMoved ? told.method : undefined),
    failureCode: failure?.code ?? null,
    failureDetail: failure?.providerCode ?? null,
    expiresAt: isOpen ? computeExpiry(nextStep, now) : null,
    absentAt: null,
  };
}

/**
 * What the customer has to do, by what a provider says. One that says only that nothing has happened leaves them with what they
 * were told before. A page that stays open for longer than was asked for is waited for no longer than that.
 */
export function computeNextStep(
  { command, nextStep: known }: Pick<ChargeAttempt, 'command' | 'nextStep'>,
  told: ChargeOutcome,
): NextStep | null {
  if (told.status !== 'requires_action' && told.status !== 'pending') return null;
  const next = told.next ?? (told.status === 'pending' && told.isUntouched ? known : null);
  if (next?.kind !== 'checkout' || command.kind !== 'checkout') return next;
  return { ...next, expiresAt: Math.min(next.expiresAt, command.expiresAt) };
}

/** What older news adds to an attempt that stays as it is: ids and a card's digits that were not known. */
export function computeAdditions(attempt: ChargeAttempt, told: Told): AttemptDetails {
  if (told.status === 'unknown') return detailsOf(attempt);
  return {
    ...detailsOf(attempt),
    references: mergeReferences(told.references, attempt.references),
    method: chooseMethod(attempt.method, told.status === 'succeeded' ? told.method : undefined),
  };
}

export const detailsOf = (attempt: ChargeAttempt): AttemptDetails => ({
  amount: attempt.amount,
  currency: attempt.currency,
  references: attempt.references,
  nextStep: attempt.nextStep,
  method: attempt.method,
  failureCode: attempt.failureCode,
  failureDetail: attempt.failureDetail,
  expiresAt: attempt.expiresAt,
  absentAt: attempt.absentAt,
});

/** `over` wins where both know. */
function mergeReferences(under: ChargeReferences, over: ChargeReferences): ChargeReferences {
  const known = Object.entries(over).filter(([, id]) => id !== undefined && id !== null);
  return { ...under, ...Object.fromEntries(known) };
}

/** The one that says more: an event knows the kind, an answer the card. */
function chooseMethod(known: MethodSummary | null, told: MethodSummary | undefined): MethodSummary | null {
  if (!told) return known;
  return known === null || told.last4 !== undefined ? told : known;
}
