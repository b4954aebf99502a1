import { Module } from '@nestjs/common';
import { BillingProvidersModule } from '../billing-providers/index.js';
import { IdentityModule } from '../identity/index.js';
import { AttemptCloser } from './attempt-closer.js';
import { AttemptExecutor } from './attempt-executor.js';
import { AttemptFacts } from './attempt-facts.js';
import { AttemptRecorder } from './attempt-recorder.js';
import { ChargingObserver } from './charging-observer.js';
import { ChargingService } from './charging.service.js';
import { ChargeAttemptQueries } from './persistence/charge-attempt.queries.js';
import { ChargeAttemptRepository } from './persistence/charge-attempt.repository.js';

@Module({
  imports: [BillingProvidersModule, IdentityModule],
  providers: [
    AttemptCloser,
    AttemptExecutor,
    AttemptFacts,
    AttemptRecorder,
    ChargeAttemptQueries,
    ChargeAttemptRepository,
    ChargingObserver,
    ChargingService,
  ],
  exports: [ChargingService],
})
export class ChargingModule {}
