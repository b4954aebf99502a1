import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { setUpApplication } from './app.setup.js';
import { createAdapter } from './common/http/index.js';
import { createLogger, NestLogger } from './common/observability/index.js';
import type { Config } from './config/index.js';

/** The whole application, set up and not yet listening. Its database must be prepared. */
export async function createApplication(config: Config): Promise<NestFastifyApplication> {
  const logger = createLogger(config.logLevel);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(config), createAdapter(logger, config), {
    bodyParser: false,
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  await setUpApplication(app);
  return app;
}
