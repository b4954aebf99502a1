import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { Limited } from './limited.decorator.js';
import { RateLimits } from './rate-limits.js';

/** Keeps to the limit that a route is decorated with. Global, so it runs before an idempotency key is claimed. */
@Injectable()
export class RateLimitInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly limits: RateLimits,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const limit = this.reflector.get(Limited, context.getHandler());
    if (limit !== undefined) await this.limits.spend(limit, context.switchToHttp().getRequest<FastifyRequest>());
    return next.handle();
  }
}
