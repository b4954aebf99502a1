import { Injectable } from '@nestjs/common';
import type { ChargeKind } from '../billing-providers/index.js';
import { Clock } from '../common/clock/index.js';
import type { Tx } from '../common/database/index.js';
import { Jobs } from '../common/jobs/index.js';
import { currentCause } from './cause.js';
import { ChargingObserver } from './charging-observer.js';
import {
  computeAdditions,
  computeDetails,
  detailsOf,
  type AttemptDetails,
  type Told,
} from './domain/attempt-details.js';
import { computeMove, type AttemptStatus } from './domain/attempt-status.js';
import type { ChargeAttempt } from './domain/charge-attempt.js';
import { CLOSE_LEFTOVER, REFUND_LATE, RESOLVE } from './jobs/tasks.js';
import { ChargeAttemptRepository } from './persistence/charge-attempt.repository.js';

/** Runs in the transaction that moves the attempt; a throw undoes the move, which is then told again. */
export type MoveHandler = (tx: Tx, attempt: ChargeAttempt, from: AttemptStatus) => Promise<void>;

export interface Recorded {
  readonly attempt: ChargeAttempt;
  readonly result: 'moved' | 'refreshed' | 'no_news' | 'impossible';
}

/** An answer may only just have been lost: the provider's own event mostly comes within this time. */
const RESOLVE_AFTER_MILLISECONDS = 2_000;

/** A declined plan leaves nothing, and a refund is of somebody else's payment. */
const LEAVES_A_PAYMENT: ReadonlySet<ChargeKind> = new Set(['one_click', 'pix', 'checkout']);

/** The only one that moves attempts: status, audit row, the purpose's own rows and the jobs that follow commit together. */
@Injectable()
export class AttemptRecorder {
  private readonly handlers = new Map<string, MoveHandler>();

  constructor(
    private readonly attempts: ChargeAttemptRepository,
    private readonly observer: ChargingObserver,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {}

  /** @throws Error when the purpose has a handler already */
  onMoved(purpose: string, handler: MoveHandler): void {
    if (this.handlers.has(purpose)) throw new Error(`moves of ${purpose} attempts are handled twice`);
    this.handlers.set(purpose, handler);
  }

  /**
   * Takes a claimed attempt: only the caller that gets it back may call the provider (`sent`), or knows that nobody will
   * (`failed`).
   *
   * @returns undefined when it is claimed no more
   */
  async leaveClaimed(tx: Tx, uuid: string, to: 'sent' | 'failed', why?: string): Promise<ChargeAttempt | undefined> {
    const cause = currentCause();
    const attempt = await this.attempts.leaveClaimed(tx, uuid, to, cause, why);
    if (attempt) await this.follow(tx, attempt, 'claimed', cause);
    return attempt;
  }

  /**
   * Records what was told of an attempt, whatever else has been told meanwhile: older news changes nothing.
   *
   * @param options `onlyFrom`: what is told holds only while the attempt stands there
   */
  async record(
    tx: Tx,
    uuid: string,
    told: Told,
    { onlyFrom, cause = currentCause() }: { readonly onlyFrom?: AttemptStatus; readonly cause?: string } = {},
  ): Promise<Recorded> {
    const attempt = await this.attempts.lock(tx, uuid);
    if (onlyFrom !== undefined && attempt.status !== onlyFrom) return { attempt, result: 'no_news' };
    const move = computeMove(attempt.status, told.status);
    switch (move.kind) {
      case 'move':
        return { attempt: await this.walk(tx, attempt, move.path, told, cause), result: 'moved' };
      case 'late_success': {
        const moved = await this.succeedLate(tx, attempt, told, cause);
        if (moved) return { attempt: moved, result: 'moved' };
        return { attempt: await this.add(tx, attempt, computeAdditions(attempt, told)), result: 'no_news' };
      }
      case 'refresh':
        return { attempt: await this.refresh(tx, attempt, told), result: 'refreshed' };
      case 'no_news':
        return { attempt: await this.add(tx, attempt, computeAdditions(attempt, told)), result: 'no_news' };
      case 'impossible':
        return { attempt, result: 'impossible' };
      default:
        return move satisfies never;
    }
  }

  /** The money is back. One that is not due is left as it is: it was told before. */
  async markRefunded(tx: Tx, uuid: string, cause = currentCause()): Promise<boolean> {
    const attempt = await this.attempts.lock(tx, uuid);
    if (attempt.status !== 'refund_due') return false;
    const refunded = await this.attempts.move(tx, attempt, 'refunded', detailsOf(attempt), cause);
    await this.follow(tx, refunded, attempt.status, cause);
    return true;
  }

  private async walk(
    tx: Tx,
    attempt: ChargeAttempt,
    path: readonly AttemptStatus[],
    told: Told,
    cause: string,
  ): Promise<ChargeAttempt> {
    let current = attempt;
    for (const to of path) {
      const details = computeDetails(current, to, told, this.clock.now());
      const moved = await this.attempts.move(tx, current, to, details, cause);
      await this.follow(tx, moved, current.status, cause);
      current = moved;
    }
    return current;
  }

  /** @returns undefined for a refund that another has taken the place of: giving that back would be a third one */
  private async succeedLate(
    tx: Tx,
    attempt: ChargeAttempt,
    told: Told,
    cause: string,
  ): Promise<ChargeAttempt | undefined> {
    const details = computeDetails(attempt, 'succeeded', told, this.clock.now());
    const succeeded = await this.attempts.succeedLate(tx, attempt, details, cause);
    if (!succeeded && attempt.command.kind === 'refund') {
      this.observer.refundedTwice(tx, attempt);
      return undefined;
    }
    const moved = succeeded ?? (await this.attempts.move(tx, attempt, 'refund_due', details, cause));
    await this.follow(tx, moved, attempt.status, cause);
    return moved;
  }

  private async refresh(tx: Tx, attempt: ChargeAttempt, told: Told): Promise<ChargeAttempt> {
    if (attempt.status === 'succeeded') return this.add(tx, attempt, computeAdditions(attempt, told));
    return this.attempts.updateDetails(tx, attempt, computeDetails(attempt, attempt.status, told, this.clock.now()));
  }

  private async add(tx: Tx, attempt: ChargeAttempt, details: AttemptDetails): Promise<ChargeAttempt> {
    if (knowsNoMore(attempt, details)) return attempt;
    const updated = await this.attempts.updateDetails(tx, attempt, details);
    if (updated.references.paymentId !== attempt.references.paymentId) await this.closeLeftover(tx, updated);
    return updated;
  }

  /** What a move brings with it. */
  private async follow(tx: Tx, attempt: ChargeAttempt, from: AttemptStatus, cause: string): Promise<void> {
    this.observer.moved(tx, attempt, from, cause);
    if (attempt.status === 'succeeded' || attempt.status === 'refund_due') this.observer.mismatched(tx, attempt);
    await this.handlers.get(attempt.purpose)?.(tx, attempt, from);
    if (attempt.status === 'unknown') await this.addJob(tx, RESOLVE, attempt, RESOLVE_AFTER_MILLISECONDS);
    if (attempt.status === 'refund_due') await this.addJob(tx, REFUND_LATE, attempt);
    await this.closeLeftover(tx, attempt);
  }

  /** A failed charge may leave a payment that could still be paid. */
  private async closeLeftover(tx: Tx, attempt: ChargeAttempt): Promise<void> {
    if (attempt.status !== 'failed' || !LEAVES_A_PAYMENT.has(attempt.command.kind)) return;
    if (attempt.references.paymentId !== undefined) await this.addJob(tx, CLOSE_LEFTOVER, attempt);
  }

  private addJob(tx: Tx, task: string, { uuid }: ChargeAttempt, afterMilliseconds = 0): Promise<void> {
    const runAt = new Date(Date.now() + afterMilliseconds);
    return this.jobs.add(tx, task, { uuid }, { key: `${task}:${uuid}`, runAt });
  }
}

/** Additions only ever add ids, and replace a method by one that says more. */
const knowsNoMore = (attempt: ChargeAttempt, { references, method }: AttemptDetails): boolean =>
  Object.keys(references).length === Object.keys(attempt.references).length && method === attempt.method;
