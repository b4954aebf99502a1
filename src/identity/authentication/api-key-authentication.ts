import { Injectable } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { UnitOfWork } from '../../common/database/index.js';
import { Config } from '../../config/index.js';
import { isLastUseStale, type ApiCaller } from '../domain/api-key.js';
import { API_SCOPES } from '../domain/api-scope.js';
import { ApiKeyRepository } from '../persistence/api-key.repository.js';
import { computeKeyHash } from './api-key-secret.js';

/** The key of the configuration: always there, with every scope, so that the first keys can be made with it. */
const CONFIGURED_CALLER: ApiCaller = { prefix: 'ADMIN_API_KEY', scopes: API_SCOPES };

/**
 * Tells who calls by a key. Only hashes are ever compared: an answer that comes sooner or later says something about the
 * hash of a guess, which helps nobody.
 */
@Injectable()
export class ApiKeyAuthentication {
  private readonly configuredHash: Buffer;

  constructor(
    config: Config,
    private readonly unitOfWork: UnitOfWork,
    private readonly keys: ApiKeyRepository,
  ) {
    this.configuredHash = Buffer.from(computeKeyHash(config.auth.adminApiKey), 'hex');
  }

  /** @returns undefined when the key is unknown or revoked */
  async authenticate(key: string): Promise<ApiCaller | undefined> {
    const hash = computeKeyHash(key);
    if (timingSafeEqual(Buffer.from(hash, 'hex'), this.configuredHash)) return CONFIGURED_CALLER;
    const stored = await this.keys.findByHash(hash);
    if (!stored || stored.revokedAt !== null) return undefined;
    // System time: it is compared with the database's, not with the product's clock.
    if (isLastUseStale(stored, new Date())) await this.unitOfWork.run((tx) => this.keys.updateLastUse(tx, stored.id));
    return { prefix: stored.prefix, scopes: stored.scopes };
  }
}
