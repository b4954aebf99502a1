import {
  applyDecorators,
  createParamDecorator,
  Injectable,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApplicationError } from '../../common/errors/index.js';
import { ApiProblems } from '../../common/http/index.js';
import { CredentialAttempts } from '../../common/rate-limits/index.js';
import { IdentityService } from '../../identity/index.js';
import { UpsellTokens, type UpsellTicket } from '../upsell-tokens.js';

const BEARER = /^Bearer +([\w.~+/=-]+) *$/i;
const CHALLENGE = 'Bearer realm="uplift upsell"';

interface TicketedRequest extends FastifyRequest {
  upsellTicket?: UpsellTicket;
}

/**
 * Lets in whoever holds the token of a sale, unless its buyer has revoked it: here, since limits and answers that were kept for an
 * `Idempotency-Key` come before the handler. Every reason why not looks the same from outside.
 */
@Injectable()
export class UpsellTokenGuard implements CanActivate {
  constructor(
    private readonly tokens: UpsellTokens,
    private readonly identity: IdentityService,
    private readonly attempts: CredentialAttempts,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<TicketedRequest>();
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    const ticket = token === undefined ? undefined : await this.attempts.verify(request, () => this.findTicket(token));
    if (!ticket) {
      void context.switchToHttp().getResponse<FastifyReply>().header('www-authenticate', CHALLENGE);
      throw new ApplicationError('unauthenticated');
    }
    request.upsellTicket = ticket;
    request.caller = { kind: 'customer', id: ticket.userExternalId };
    return true;
  }

  private async findTicket(token: string): Promise<UpsellTicket | undefined> {
    const ticket = await this.tokens.read(token);
    if (!ticket) return undefined;
    const { userExternalId: subject, issuedAt } = ticket;
    return (await this.identity.findTokenHolder({ subject, issuedAt })) && ticket;
  }
}

/** For customers on the upsell and thank-you pages. */
export const UpsellRoute = () =>
  applyDecorators(
    UseGuards(UpsellTokenGuard),
    ApiBearerAuth('upsell'),
    ApiProblems('unauthenticated', 'too_many_requests'),
  );

/** Gives a handler what the caller's token opens. Only in routes behind `@UpsellRoute()`. */
export const Ticket = createParamDecorator((_data: unknown, context: ExecutionContext): UpsellTicket => {
  const { upsellTicket } = context.switchToHttp().getRequest<TicketedRequest>();
  if (!upsellTicket) throw new Error('Ticket is used without UpsellRoute');
  return upsellTicket;
});
