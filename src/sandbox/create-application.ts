import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { SandboxOptions } from './options.js';
import { SandboxModule } from './sandbox.module.js';

const BODY_LIMIT = 1024 * 1024;

export async function createApplication(options: SandboxOptions): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({ bodyLimit: BODY_LIMIT, forceCloseConnections: true, exposeHeadRoutes: false });
  const application = await NestFactory.create<NestFastifyApplication>(SandboxModule.with(options), adapter, {
    bodyParser: false,
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  // Stripe's form encoding is nested: it stays text here and is read where its rules are known.
  adapter
    .getInstance()
    .addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    );
  return application;
}
