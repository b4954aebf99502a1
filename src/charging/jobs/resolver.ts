import { Injectable } from '@nestjs/common';
import { BillingProviderRegistry, ProviderError, type ChargeOutcome } from '../../billing-providers/index.js';
import { UnitOfWork } from '../../common/database/index.js';
import { Jobs } from '../../common/jobs/index.js';
import { toQuery } from '../attempt-closer.js';
import { AttemptExecutor } from '../attempt-executor.js';
import { AttemptRecorder } from '../attempt-recorder.js';
import type { ChargeAttempt } from '../domain/charge-attempt.js';
import { computeNextTry, computeResolution } from '../domain/resolution.js';
import { ChargeAttemptRepository } from '../persistence/charge-attempt.repository.js';
import { Absences } from './absences.js';
import { RESOLVE, TAKE_UP, type AttemptJob } from './tasks.js';

/**
 * Finds out what became of attempts whose process died or whose answer was lost. It plans its own next try, so that it goes
 * on however long the provider is silent: an attempt is never given up because nobody answers.
 */
@Injectable()
export class Resolver {
  constructor(
    private readonly attempts: ChargeAttemptRepository,
    private readonly executor: AttemptExecutor,
    private readonly recorder: AttemptRecorder,
    private readonly absences: Absences,
    private readonly providers: BillingProviderRegistry,
    private readonly unitOfWork: UnitOfWork,
    private readonly jobs: Jobs,
  ) {
    jobs.register<AttemptJob>(TAKE_UP, ({ uuid }) => this.resolve(uuid));
    jobs.register<AttemptJob>(RESOLVE, ({ uuid }) => this.resolve(uuid));
  }

  /** Does what may be done now, once. */
  async resolve(uuid: string): Promise<void> {
    const found = await this.attempts.findWithTime(uuid);
    if (!found) return;
    const { attempt, now } = found;
    const { repeatsCharges } = this.providers.get(attempt.provider).capabilities;
    const resolution = computeResolution(attempt, now, repeatsCharges);
    switch (resolution.kind) {
      case 'done':
        return;
      case 'wait':
        return this.tryAgain(uuid, resolution.until);
      case 'give_up_claimed':
        await this.unitOfWork.run((tx) => this.recorder.leaveClaimed(tx, uuid, 'failed', 'nobody sent it'));
        return;
      case 'take_up_sent':
        await this.unitOfWork.run((tx) =>
          this.recorder.record(tx, uuid, { status: 'unknown', detail: 'interrupted' }, { onlyFrom: 'sent' }),
        );
        return;
      case 'repeat':
        if (!(await this.executor.repeat(attempt))) await this.tryAgain(uuid, computeNextTry(attempt, now));
        return;
      case 'ask':
        return this.ask(attempt, now);
      default:
        return resolution satisfies never;
    }
  }

  /** @param now when the reading began */
  private async ask(attempt: ChargeAttempt, now: Date): Promise<void> {
    const answer = await this.read(attempt);
    if (answer === 'silence') return this.tryAgain(attempt.uuid, computeNextTry(attempt, now));
    const known = answer
      ? (await this.unitOfWork.run((tx) => this.recorder.record(tx, attempt.uuid, answer))).attempt
      : await this.absences.note(attempt.uuid, now);
    if (known.status === 'unknown') await this.tryAgain(known.uuid, computeNextTry(known, now));
  }

  private async read(attempt: ChargeAttempt): Promise<ChargeOutcome | 'silence' | undefined> {
    try {
      return await this.providers.get(attempt.provider).findCharge(toQuery(attempt));
    } catch (error) {
      if (error instanceof ProviderError) return 'silence';
      throw error;
    }
  }

  private tryAgain(uuid: string, runAt: Date): Promise<void> {
    return this.unitOfWork.run((tx) => this.jobs.add(tx, RESOLVE, { uuid }, { key: `${RESOLVE}:${uuid}`, runAt }));
  }
}
