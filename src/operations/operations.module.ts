import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/index.js';
import { InvariantsController } from './http/invariants.controller.js';
import { InvariantMetrics } from './invariant-metrics.js';
import { InvariantsService } from './invariants.service.js';
import { InvariantsWatch } from './jobs/invariants-watch.js';
import { RetentionJob } from './jobs/retention-job.js';
import { InvariantCheckRepository } from './persistence/invariant-check.repository.js';

@Module({
  imports: [IdentityModule],
  controllers: [InvariantsController],
  providers: [RetentionJob, InvariantCheckRepository, InvariantMetrics, InvariantsService, InvariantsWatch],
})
export class OperationsModule {}
