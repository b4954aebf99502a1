import { Injectable, Logger } from '@nestjs/common';
import { UnitOfWork } from '../../common/database/index.js';
import type { InvariantResult } from '../../common/invariants/index.js';
import { Jobs } from '../../common/jobs/index.js';
import { InvariantsService } from '../invariants.service.js';
import { InvariantCheckRepository } from '../persistence/invariant-check.repository.js';

const WATCH_INVARIANTS = 'operations.watch-invariants';
const EVERY_TEN_MINUTES = '*/10 * * * *';

/** Looks at every invariant, and tells the log and the metrics what is broken. */
@Injectable()
export class InvariantsWatch {
  private readonly logger = new Logger(InvariantsWatch.name);

  constructor(
    private readonly invariants: InvariantsService,
    private readonly checks: InvariantCheckRepository,
    private readonly unitOfWork: UnitOfWork,
    jobs: Jobs,
  ) {
    jobs.register(WATCH_INVARIANTS, () => this.run());
    jobs.schedule(WATCH_INVARIANTS, EVERY_TEN_MINUTES);
  }

  async run(): Promise<void> {
    const { results } = await this.invariants.look();
    await this.unitOfWork.run(async (tx) => {
      await this.checks.replace(tx, results);
      tx.afterCommit(() => results.forEach((result) => this.report(result)));
    });
  }

  private report({ invariant, violations, examples }: InvariantResult): void {
    if (violations === null || violations === 0) return;
    this.logger.error({
      message: 'an invariant is violated',
      invariant: invariant.name,
      promise: invariant.promise,
      remedy: invariant.remedy,
      violations,
      examples,
    });
  }
}
