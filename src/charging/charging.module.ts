import { Module } from '@nestjs/common';
import { BillingProvidersModule } from '../billing-providers/index.js';
import { IdentityModule } from '../identity/index.js';
import { AttemptCloser } from './attempt-closer.js';
import { AttemptExecutor } from './attempt-executor.js';
import { AttemptFacts } from './attempt-facts.js';
import { AttemptRecorder } from './attempt-recorder.js';
import { ChargingObserver } from './charging-observer.js';
import { ChargeAttemptsService } from './charge-attempts.service.js';
import { ChargingService } from './charging.service.js';
import { ChargeAttemptController } from './http/charge-attempt.controller.js';
import { Absences } from './jobs/absences.js';
import { ExpiryLook } from './jobs/expiry-look.js';
import { LateRefunds } from './jobs/late-refunds.js';
import { Leftovers } from './jobs/leftovers.js';
import { Resolver } from './jobs/resolver.js';
import { Sweep } from './jobs/sweep.js';
import { TaxIds } from './jobs/tax-ids.js';
import { ChargeAttemptQueries } from './persistence/charge-attempt.queries.js';
import { ChargeAttemptRepository } from './persistence/charge-attempt.repository.js';
import { ChargingInvariants } from './persistence/invariants.js';

@Module({
  imports: [BillingProvidersModule, IdentityModule],
  controllers: [ChargeAttemptController],
  providers: [
    TaxIds,
    Absences,
    AttemptCloser,
    AttemptExecutor,
    AttemptFacts,
    AttemptRecorder,
    ChargeAttemptQueries,
    ChargeAttemptRepository,
    ChargingInvariants,
    ChargingObserver,
    ChargeAttemptsService,
    ChargingService,
    ExpiryLook,
    LateRefunds,
    Leftovers,
    Resolver,
    Sweep,
  ],
  exports: [ChargingService],
})
export class ChargingModule {}
