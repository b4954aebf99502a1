import 'reflect-metadata';
import { Test } from '@nestjs/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../../src/app.module.js';
import { setUpApplication } from '../../src/app.setup.js';
import { Clock } from '../../src/common/clock/index.js';
import { createAdapter } from '../../src/common/http/index.js';
import { createLogger, NestLogger } from '../../src/common/observability/index.js';
import { Config } from '../../src/config/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { testEnvironment } from './environment.js';
import { callerOf, type Call } from './http.js';
import { TestClock } from './test-clock.js';
import { signCustomerToken, type TokenOptions } from './tokens.js';

export interface StartedApplication {
  /** Base URL without a trailing slash. */
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly database: TestDatabase;
  readonly clock: TestClock;
  readonly config: Config;
  /** Calls the application over HTTP. */
  readonly call: Call;
  tokenFor(externalId: string, options?: TokenOptions): Promise<string>;
  /** Stops the application; drops the database if it was made for it. */
  close(): Promise<void>;
}

export interface StartOptions {
  /** Names the database; the test file's own name will do. */
  readonly name: string;
  /** Variables over those of `testEnvironment`. With CLOCK_URL the application follows that clock, not `clock`. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly clock?: TestClock;
  /** Another application's database: for tests of replicas and of restarts. The caller drops it. */
  readonly database?: TestDatabase;
}

/** The real application on a port of its own, with real HTTP and a real PostgreSQL; only product time is the test's. */
export async function startApplication(options: StartOptions): Promise<StartedApplication> {
  const database = options.database ?? (await createTestDatabase(options.name));
  const dropDatabase = async () => (options.database ? undefined : database.drop());
  try {
    const config = Config.fromEnvironment({ ...testEnvironment(database.url), ...options.environment });
    const clock = options.clock ?? new TestClock();
    const app = await createTestApplication(config, clock);
    await app.listen(config.http.port, config.http.host);
    const url = (await app.getUrl()).replace(/\/$/, '');
    return {
      url,
      app,
      database,
      clock,
      config,
      call: callerOf(url),
      tokenFor: (externalId, tokenOptions) => signCustomerToken(config, externalId, tokenOptions),
      async close() {
        await app.close();
        await dropDatabase();
      },
    };
  } catch (error) {
    await dropDatabase();
    throw error;
  }
}

async function createTestApplication(config: Config, clock: TestClock): Promise<NestFastifyApplication> {
  const logger = createLogger(config.logLevel);
  const builder = Test.createTestingModule({ imports: [AppModule.of(config)] });
  if (!config.clockUrl) builder.overrideProvider(Clock).useValue(clock);
  const testing = await builder.setLogger(new NestLogger(logger)).compile();
  const app = testing.createNestApplication<NestFastifyApplication>(createAdapter(logger, config), {
    bodyParser: false,
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  await setUpApplication(app);
  return app;
}
