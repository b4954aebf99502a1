import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CatalogModule } from './catalog/index.js';
import { ChargingModule } from './charging/index.js';
import { ClockModule } from './common/clock/index.js';
import { DatabaseModule } from './common/database/index.js';
import { IdempotencyModule } from './common/idempotency/index.js';
import { InvariantsModule } from './common/invariants/index.js';
import { JobsModule } from './common/jobs/index.js';
import { ObservabilityModule } from './common/observability/index.js';
import { RateLimitsModule } from './common/rate-limits/index.js';
import { RetentionModule } from './common/retention/index.js';
import { ShutdownModule } from './common/shutdown/index.js';
import { Config, ConfigModule } from './config/index.js';
import { dataSourceOptions } from './data-source-options.js';
import { IdentityModule } from './identity/index.js';
import { NotificationModule } from './notification/index.js';
import { OperationsModule } from './operations/index.js';
import { ReconciliationModule } from './reconciliation/index.js';
import { SubscriptionModule } from './subscription/index.js';
import { UpsellModule } from './upsell/index.js';
import { WebhookModule } from './webhook/index.js';

@Module({})
export class AppModule {
  static of(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.of(config),
        TypeOrmModule.forRoot({
          ...dataSourceOptions(config.database.url, config.database.poolSize),
          retryAttempts: 1,
        }),
        ClockModule,
        ShutdownModule,
        DatabaseModule,
        InvariantsModule,
        JobsModule,
        ObservabilityModule,
        RateLimitsModule,
        RetentionModule,
        IdempotencyModule,
        IdentityModule,
        CatalogModule,
        NotificationModule,
        ChargingModule,
        SubscriptionModule,
        UpsellModule,
        WebhookModule,
        ReconciliationModule,
        OperationsModule,
      ],
    };
  }
}
