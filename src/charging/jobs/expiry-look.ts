import { Injectable } from '@nestjs/common';
import { BillingProviderRegistry } from '../../billing-providers/index.js';
import { Clock } from '../../common/clock/index.js';
import { UnitOfWork } from '../../common/database/index.js';
import { Jobs } from '../../common/jobs/index.js';
import { AttemptCloser, toQuery } from '../attempt-closer.js';
import { AttemptRecorder } from '../attempt-recorder.js';
import { isDue, isOverdue } from '../domain/resolution.js';
import { ChargeAttemptRepository } from '../persistence/charge-attempt.repository.js';
import { Absences } from './absences.js';
import { LOOK, type AttemptJob } from './tasks.js';

/** Reads an open attempt whose time is over, and closes at the provider what is still open there. */
@Injectable()
export class ExpiryLook {
  constructor(
    private readonly attempts: ChargeAttemptRepository,
    private readonly recorder: AttemptRecorder,
    private readonly closer: AttemptCloser,
    private readonly absences: Absences,
    private readonly providers: BillingProviderRegistry,
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    jobs: Jobs,
  ) {
    jobs.register<AttemptJob>(LOOK, ({ uuid }) => this.look(uuid));
  }

  /** @throws ProviderError when the provider does not answer: the job is tried again */
  async look(uuid: string): Promise<void> {
    const found = await this.attempts.findWithTime(uuid);
    if (!found || !isDue(found.attempt, this.clock.now())) return;
    const { attempt, now } = found;
    const outcome = await this.providers.get(attempt.provider).findCharge(toQuery(attempt));
    if (!outcome) {
      await this.absences.note(uuid, now);
    } else if (isOverdue(attempt, outcome, this.clock.now())) {
      await this.closer.expire(attempt);
    } else {
      await this.unitOfWork.run((tx) => this.recorder.record(tx, uuid, outcome));
    }
  }
}
