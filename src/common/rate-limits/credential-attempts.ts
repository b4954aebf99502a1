import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RateLimits } from './rate-limits.js';

/** Credentials that are remembered to have been good. */
const MOST_KNOWN = 10_000;

/**
 * Bounds the guessing of tokens and keys: refused ones are counted by the client's address, and from an address that has
 * shown too many, a credential is not even looked at for a while. Unless it was good before: so customers who have been here
 * are let in also where somebody guesses behind the same address, and a guess is never one of those.
 */
@Injectable()
export class CredentialAttempts {
  /** Digests, the one that was good longest ago first. */
  private readonly known = new Set<string>();

  constructor(private readonly limits: RateLimits) {}

  /**
   * @param verify tells who shows the credential; undefined: nobody is known by it
   * @returns what `verify` does. Its errors say nothing of the credential, and are not counted
   * @throws ApplicationError too_many_requests
   */
  async verify<Holder>(
    request: FastifyRequest,
    credential: string,
    verify: () => Promise<Holder | undefined> | Holder | undefined,
  ): Promise<Holder | undefined> {
    const digest = createHash('sha256').update(credential).digest('base64');
    if (!this.known.has(digest)) await this.limits.check('failed_credentials', request);
    const holder = await verify();
    this.known.delete(digest);
    if (holder === undefined) await this.limits.spend('failed_credentials', request);
    else this.remember(digest);
    return holder;
  }

  private remember(digest: string): void {
    this.known.add(digest);
    if (this.known.size <= MOST_KNOWN) return;
    for (const oldest of this.known) {
      this.known.delete(oldest);
      return;
    }
  }
}
