import { Injectable, Logger, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ApplicationError } from '../../common/errors/index.js';
import { CredentialAttempts } from '../../common/rate-limits/index.js';
import { CustomerTokens } from '../authentication/customer-tokens.js';
import type { User } from '../domain/user.js';
import { IdentityService } from '../identity.service.js';
import type { AuthenticatedRequest } from './authenticated-request.js';

const BEARER = /^Bearer +([\w.~+/=-]+) *$/i;
const NOBODYS = 'its sub is no user (PUT the user first), or has revoked it';
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
    private readonly attempts: CredentialAttempts,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return refuse(reply, CHALLENGE);
    const user = await this.attempts.verify(request, () => this.findUser(token));
    if (!user) return refuse(reply, INVALID_TOKEN);
    request.currentUser = { id: user.id, externalId: user.externalId, name: user.name, email: user.email };
    request.caller = { kind: 'customer', id: user.externalId };
    return true;
  }

  private async findUser(token: string): Promise<User | undefined> {
    const read = await this.tokens.read(token);
    if (read === undefined) return undefined;
    const user = await this.identity.findTokenHolder(read);
    if (!user) this.logger.log({ message: 'customer token refused', reason: NOBODYS });
    return user;
  }
}

function refuse(reply: FastifyReply, challenge: string): never {
  void reply.header('www-authenticate', challenge);
  throw new ApplicationError('unauthenticated');
}
