import 'reflect-metadata';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import { Shutdown } from './common/shutdown/index.js';
import { Config } from './config/index.js';
import { createApplication } from './create-application.js';
import { toListeningUrl } from './listening-url.js';
import { prepareDatabase } from './prepare-database.js';
import { explainStartFailure } from './start-failure.js';

try {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = Config.fromEnvironment(process.env);
  const migrations = await prepareDatabase(config.database.url);
  const app = await createApplication(config);
  await app.listen(config.http.port, config.http.host);
  const logger = new Logger('main');
  const { begun, overdue } = app.get(Shutdown);
  begun.addEventListener('abort', () => {
    const since = performance.now();
    process.on('exit', (code) => {
      logger.log({ message: 'stopped', code, seconds: Math.round(performance.now() - since) / 1_000 });
    });
  });
  overdue.addEventListener('abort', () => {
    logger.error('something hangs and keeps the process from ending: it is left to itself');
    process.exit(1);
  });
  logger.log({
    message: `listening on ${toListeningUrl(app.getHttpServer().address() as AddressInfo)} as ${config.role}`,
    migrations,
  });
} catch (error) {
  console.error(explainStartFailure(error, process.env));
  process.exit(1);
}
