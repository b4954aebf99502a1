import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Config } from '../../config/index.js';
import { ApplicationError } from '../errors/index.js';

/**
 * Where the documentation is closed, metrics are for the holder of ADMIN_API_KEY: as `X-Api-Key`, or as a bearer token,
 * which is what Prometheus can send. Other admin keys do not open them: they are asked of the database, and metrics must
 * be readable while it is down.
 */
@Injectable()
export class MetricsGuard implements CanActivate {
  constructor(private readonly config: Config) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.config.http.openDocumentation) return true;
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
    const given = String(headers['x-api-key'] ?? bearer ?? '');
    if (timingSafeEqual(digest(given), digest(this.config.auth.adminApiKey))) return true;
    throw new ApplicationError('unauthenticated', {
      detail: 'Send ADMIN_API_KEY in the header X-Api-Key, or as a bearer token.',
    });
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
