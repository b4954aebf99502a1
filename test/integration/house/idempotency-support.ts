import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { setUpApplication } from '../../../src/app.setup.js';
import { ClockModule } from '../../../src/common/clock/index.js';
import { DatabaseModule } from '../../../src/common/database/index.js';
import { createAdapter } from '../../../src/common/http/index.js';
import { IdempotencyModule } from '../../../src/common/idempotency/index.js';
import { InvariantsModule } from '../../../src/common/invariants/index.js';
import { JobsModule } from '../../../src/common/jobs/index.js';
import { createLogger, NestLogger, ObservabilityModule } from '../../../src/common/observability/index.js';
import { RetentionModule } from '../../../src/common/retention/index.js';
import { ShutdownModule } from '../../../src/common/shutdown/index.js';
import { Config, ConfigModule } from '../../../src/config/index.js';
import { dataSourceOptions } from '../../../src/data-source-options.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { testEnvironment } from '../../support/environment.js';
import { callerOf, type Answer, type CallOptions } from '../../support/http.js';
import { PaymentsController } from './idempotent-routes.js';

/** The kernel alone, with `PaymentsController`. */
export class IdempotentApplication {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly database: TestDatabase,
    readonly url: string,
    readonly payments: PaymentsController,
  ) {}

  static async start(name: string): Promise<IdempotentApplication> {
    const database = await createTestDatabase(name);
    const config = Config.fromEnvironment({ ...testEnvironment(database.url), PROCESS_ROLE: 'api' });
    const logger = createLogger(config.logLevel);
    const dataSource = dataSourceOptions(config.database.url, config.database.poolSize);
    const testing = await Test.createTestingModule({
      imports: [
        ConfigModule.of(config),
        TypeOrmModule.forRoot({ ...dataSource, retryAttempts: 1 }),
        ClockModule,
        ShutdownModule,
        DatabaseModule,
        InvariantsModule,
        JobsModule,
        ObservabilityModule,
        RetentionModule,
        IdempotencyModule,
      ],
      controllers: [PaymentsController],
    })
      .setLogger(new NestLogger(logger))
      .compile();
    const adapter = createAdapter(logger, config);
    const app = testing.createNestApplication<NestFastifyApplication>(adapter, { bodyParser: false });
    await setUpApplication(app);
    await app.listen(0, '127.0.0.1');
    const url = (await app.getUrl()).replace(/\/$/, '');
    return new IdempotentApplication(app, database, url, app.get(PaymentsController));
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.database.drop();
  }

  /** Pays five, as Anna, unless told otherwise. */
  pay(path: string, key?: string, options: CallOptions = {}): Promise<Answer> {
    return callerOf(this.url)('POST', `/payments/${path}`, {
      token: 'anna',
      body: { amount: 5 },
      ...options,
      headers: { ...(key === undefined ? {} : { 'idempotency-key': key }), ...options.headers },
    });
  }

  runsOf(account: string): number {
    return this.payments.runs.filter((name) => name === account).length;
  }

  /** Holds every run that begins from now on, until the answered function is called. */
  holdRuns(): () => void {
    let open!: () => void;
    this.payments.gate = new Promise<void>((resolve) => (open = resolve));
    return open;
  }

  letRunsPass(): void {
    this.payments.gate = Promise.resolve();
  }
}

export const isReplayed = (answer: Answer): boolean => answer.headers.get('idempotent-replayed') === 'true';
