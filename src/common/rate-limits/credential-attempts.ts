import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RateLimits } from './rate-limits.js';

/**
 * Bounds the guessing of tokens and keys: refused ones are counted by the client's address. Only they are: whoever shows a good
 * one is let in whatever else comes from that address, since a stranger behind the same proxy, or a storefront that passes on
 * expired tokens, would otherwise shut out everybody there. (A guess is never good: keys are 32 random bytes, tokens are signed.)
 */
@Injectable()
export class CredentialAttempts {
  constructor(private readonly limits: RateLimits) {}

  /**
   * @param verify tells who shows the credential; undefined: nobody is known by it
   * @returns what `verify` does. Its errors say nothing of the credential, and are not counted
   * @throws ApplicationError too_many_requests
   */
  async verify<Holder>(
    request: FastifyRequest,
    verify: () => Promise<Holder | undefined> | Holder | undefined,
  ): Promise<Holder | undefined> {
    const holder = await verify();
    if (holder === undefined) await this.limits.spend('failed_credentials', request);
    return holder;
  }
}
