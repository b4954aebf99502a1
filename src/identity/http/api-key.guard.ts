import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { ApplicationError } from '../../common/errors/index.js';
import { CredentialAttempts } from '../../common/rate-limits/index.js';
import { ApiKeyAuthentication } from '../authentication/api-key-authentication.js';
import type { ApiScope } from '../domain/api-scope.js';
import type { AuthenticatedRequest } from './authenticated-request.js';

const REQUIRED_SCOPE = 'identity:required-scope';
/** RFC 9110 11.6.1 asks for a challenge with every 401. */
const CHALLENGE = 'ApiKey realm="uplift"';

export const RequireScope = (scope: ApiScope) => SetMetadata(REQUIRED_SCOPE, scope);

/** Lets in callers whose `X-Api-Key` is known, not revoked, and has the scope of `@RequireScope`. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authentication: ApiKeyAuthentication,
    private readonly attempts: CredentialAttempts,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const scope = this.readRequiredScope(context);
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const key = request.headers['x-api-key'];
    const caller =
      typeof key === 'string'
        ? await this.attempts.verify(request, () => this.authentication.authenticate(key))
        : undefined;
    if (!caller) {
      void context.switchToHttp().getResponse<FastifyReply>().header('www-authenticate', CHALLENGE);
      throw new ApplicationError('unauthenticated');
    }
    if (!caller.scopes.includes(scope)) {
      throw new ApplicationError('forbidden', { detail: `The key does not have the scope ${scope}.` });
    }
    request.apiCaller = caller;
    request.caller = { kind: 'server', id: caller.prefix };
    return true;
  }

  private readRequiredScope(context: ExecutionContext): ApiScope {
    const targets = [context.getHandler(), context.getClass()];
    const scope = this.reflector.getAllAndOverride<ApiScope | undefined>(REQUIRED_SCOPE, targets);
    // A route that forgot to say what it needs must not be open to every key.
    if (!scope) throw new Error('ApiKeyGuard is used without RequireScope');
    return scope;
  }
}
