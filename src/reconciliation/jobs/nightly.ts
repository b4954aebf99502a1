import { Injectable, Logger } from '@nestjs/common';
import { BillingProviderRegistry } from '../../billing-providers/index.js';
import { Jobs } from '../../common/jobs/index.js';
import { ReconciliationsService } from '../reconciliations.service.js';
import { NIGHTLY } from './tasks.js';

/** When shops are quiet in most of the world's evenings, and nothing else of ours is scheduled. */
const EVERY_NIGHT = '23 2 * * *';

/** Every night, with every provider: what follows is applied, and what does not is left to a person. */
@Injectable()
export class NightlyReconciliation {
  private readonly logger = new Logger(NightlyReconciliation.name);

  constructor(
    private readonly providers: BillingProviderRegistry,
    private readonly reconciliations: ReconciliationsService,
    jobs: Jobs,
  ) {
    jobs.register(NIGHTLY, () => this.run());
    jobs.schedule(NIGHTLY, EVERY_NIGHT);
  }

  async run(): Promise<void> {
    for (const { name } of this.providers.all()) {
      const run = await this.reconciliations.startScheduled(name);
      if (!run)
        this.logger.warn({ message: 'a reconciliation is still running: the nightly one is left out', provider: name });
    }
  }
}
