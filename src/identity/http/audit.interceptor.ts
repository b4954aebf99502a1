import { Injectable, Logger, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { tap, type Observable } from 'rxjs';
import { ApplicationError } from '../../common/errors/index.js';
import type { AuthenticatedRequest } from './authenticated-request.js';

/**
 * One log line per admin write: who (the key's prefix), what (the route and its parameters), and how it ended. Bodies are
 * left out: they may carry personal data and secrets.
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  private readonly logger = new Logger('Audit');

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    if (request.method === 'GET' || request.method === 'HEAD') return next.handle();
    return next.handle().pipe(
      tap({
        next: () => this.write(request, 'done'),
        error: (error: unknown) => this.write(request, error instanceof ApplicationError ? error.code : 'failed'),
      }),
    );
  }

  private write(request: AuthenticatedRequest, outcome: string): void {
    this.logger.log({
      message: 'admin write',
      api_key: request.apiCaller?.prefix,
      action: `${request.method} ${request.routeOptions.url}`,
      parameters: request.params,
      outcome,
    });
  }
}
