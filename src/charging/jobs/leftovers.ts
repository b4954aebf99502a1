import { Injectable } from '@nestjs/common';
import { Jobs } from '../../common/jobs/index.js';
import { AttemptCloser } from '../attempt-closer.js';
import { ChargeAttemptRepository } from '../persistence/charge-attempt.repository.js';
import { CLOSE_LEFTOVER, type AttemptJob } from './tasks.js';

/** Closes the payment that a failed attempt left at the provider, so that nobody can pay it later. */
@Injectable()
export class Leftovers {
  constructor(
    private readonly attempts: ChargeAttemptRepository,
    private readonly closer: AttemptCloser,
    jobs: Jobs,
  ) {
    jobs.register<AttemptJob>(CLOSE_LEFTOVER, ({ uuid }) => this.close(uuid));
  }

  /** @throws ProviderError: the job is tried again */
  private async close(uuid: string): Promise<void> {
    const attempt = await this.attempts.find(uuid);
    if (attempt?.status === 'failed') await this.closer.close(attempt);
  }
}
