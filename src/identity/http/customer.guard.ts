import { Injectable, Logger, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ApplicationError } from '../../common/errors/index.js';
import { CustomerTokens } from '../authentication/customer-tokens.js';
import { IdentityService } from '../identity.service.js';
import type { AuthenticatedRequest } from './authenticated-request.js';

const BEARER = /^Bearer +([\w.~+/=-]+) *$/i;
/** RFC 6750 3: no error code when there was no token at all. */
const CHALLENGE = 'Bearer realm="uplift"';
const INVALID_TOKEN = `${CHALLENGE}, error="invalid_token"`;

/** Lets in customers with a valid token whose `sub` is a known user. Every other reason looks the same from outside. */
@Injectable()
export class CustomerGuard implements CanActivate {
  private readonly logger = new Logger(CustomerGuard.name);

  constructor(
    private readonly tokens: CustomerTokens,
    private readonly identity: IdentityService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return refuse(reply, CHALLENGE);
    const subject = await this.tokens.readSubject(token);
    const user = subject === undefined ? undefined : await this.identity.findUserByExternalId(subject);
    if (!user) {
      if (subject !== undefined) {
        this.logger.log({ message: 'customer token refused', reason: 'its sub is no user: PUT the user first' });
      }
      return refuse(reply, INVALID_TOKEN);
    }
    request.currentUser = { id: user.id, externalId: user.externalId, name: user.name, email: user.email };
    return true;
  }
}

function refuse(reply: FastifyReply, challenge: string): never {
  void reply.header('www-authenticate', challenge);
  throw new ApplicationError('unauthenticated');
}
