import { Injectable } from '@nestjs/common';
import type { MoneyFact } from '../billing-providers/index.js';
import type { Tx } from '../common/database/index.js';
import { Jobs } from '../common/jobs/index.js';
import type { PaymentProvider } from '../identity/index.js';
import { AttemptCloser } from './attempt-closer.js';
import { AttemptExecutor } from './attempt-executor.js';
import { AttemptFacts } from './attempt-facts.js';
import { AttemptRecorder, type MoveHandler } from './attempt-recorder.js';
import { currentCause } from './cause.js';
import { ChargingObserver } from './charging-observer.js';
import type { ChargeAttempt, NewAttempt } from './domain/charge-attempt.js';
import type { AttemptFactOutcome } from './domain/fact-outcome.js';
import { TAKE_UP_SECONDS } from './domain/resolution.js';
import { TAKE_UP } from './jobs/tasks.js';
import { ChargeAttemptQueries, type AttemptNames } from './persistence/charge-attempt.queries.js';
import { ChargeAttemptRepository } from './persistence/charge-attempt.repository.js';

export type Claim =
  | { readonly claimed: true; readonly attempt: ChargeAttempt }
  | {
      readonly claimed: false;
      /** The open or succeeded attempt that holds the intent. */
      readonly holder: ChargeAttempt;
    };

/** A holder may close between the two statements; that it does so twice in a row is nobody's bad luck. */
const CLAIM_TRIES = 3;

/** Moves money at most once per intent: claim it in your own transaction, commit, then execute. */
@Injectable()
export class ChargingService {
  constructor(
    private readonly attempts: ChargeAttemptRepository,
    private readonly queries: ChargeAttemptQueries,
    private readonly executor: AttemptExecutor,
    private readonly closer: AttemptCloser,
    private readonly facts: AttemptFacts,
    private readonly recorder: AttemptRecorder,
    private readonly observer: ChargingObserver,
    private readonly jobs: Jobs,
  ) {}

  /**
   * The one open or succeeded attempt of an intent: a new one, or the one that there is. Commits with the caller's rows, and
   * with a job that takes it up if the process dies.
   */
  async claim(tx: Tx, attempt: NewAttempt): Promise<Claim> {
    assertSameMoney(attempt);
    for (let tries = 1; tries <= CLAIM_TRIES; tries++) {
      const cause = currentCause();
      const claimed = await this.attempts.insert(tx, attempt, cause);
      if (claimed) {
        this.observer.moved(tx, claimed, null, cause);
        const runAt = new Date(Date.now() + TAKE_UP_SECONDS * 1_000);
        await this.jobs.add(tx, TAKE_UP, { uuid: claimed.uuid }, { key: `${TAKE_UP}:${claimed.uuid}`, runAt });
        return { claimed: true, attempt: claimed };
      }
      const holder = await this.attempts.findHolder(attempt.intentKey, tx);
      if (holder) return { claimed: false, holder };
    }
    throw new Error(`intent ${attempt.intentKey} is neither free nor held`);
  }

  /**
   * After the claim's commit: marks the attempt sent (commit), calls the provider, records the outcome (commit). Of several
   * callers one calls the provider; the others get the attempt as it is. A provider's failure is the attempt's status, never
   * a throw.
   *
   * @throws Error when there is no such attempt
   */
  execute(uuid: string): Promise<ChargeAttempt> {
    return this.executor.execute(uuid);
  }

  /**
   * Makes an open attempt terminal at the provider. If it succeeded meanwhile, that is what is recorded.
   *
   * @throws ApplicationError `upsell_payment_pending` while nobody knows whether the money has moved, or when it is on its way;
   *   `provider_unavailable`
   */
  cancel(uuid: string): Promise<ChargeAttempt> {
    return this.closer.cancel(uuid);
  }

  /** Applies a provider's event to the attempt that it is about. @returns undefined when it is about none */
  applyFact(tx: Tx, fact: MoneyFact): Promise<AttemptFactOutcome | undefined> {
    return this.facts.apply(tx, fact);
  }

  find(uuid: string, tx?: Tx): Promise<ChargeAttempt | undefined> {
    return this.attempts.find(uuid, tx);
  }

  findById(id: string, tx?: Tx): Promise<ChargeAttempt | undefined> {
    return this.attempts.findById(id, tx);
  }

  /** The open or succeeded attempt of an intent. */
  findHolder(intentKey: string): Promise<ChargeAttempt | undefined> {
    return this.attempts.findHolder(intentKey);
  }

  /** The attempt that made a payment; never a refund of it. */
  findByPayment(provider: PaymentProvider, paymentId: string, tx?: Tx): Promise<ChargeAttempt | undefined> {
    return this.attempts.findByPayment(provider, paymentId, tx);
  }

  /** Attempts that one of these names leads to: their own, their payment's, their page's. For comparing many at once. */
  findNamed(provider: PaymentProvider, names: AttemptNames): Promise<readonly ChargeAttempt[]> {
    return this.queries.findNamed(provider, names);
  }

  /** Attempts whose payment succeeded, refunds left out, newest first. @param beforeId null: from the newest */
  listSucceeded(provider: PaymentProvider, beforeId: string | null, limit: number): Promise<readonly ChargeAttempt[]> {
    return this.queries.listSucceeded(provider, beforeId, limit);
  }

  /**
   * Called by modules in their constructor, once per purpose. `handler` runs in the transaction that moves an attempt, every
   * time that it moves; its throw undoes the move, which is told again later.
   */
  onMoved(purpose: string, handler: MoveHandler): void {
    this.recorder.onMoved(purpose, handler);
  }
}

/** What is claimed and what is sent are one amount: a mistake of ours, not of a customer. */
function assertSameMoney({ amount, currency, command }: NewAttempt): void {
  if (amount === command.amount && currency === command.currency && Number.isSafeInteger(amount)) return;
  throw new Error(`an attempt over ${amount} ${currency} cannot send ${command.amount} ${command.currency}`);
}
