import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { computeKeyHash, computeKeyPrefix, createApiKeySecret } from './authentication/api-key-secret.js';
import type { ApiKey } from './domain/api-key.js';
import type { ApiScope } from './domain/api-scope.js';
import { ApiKeyRepository } from './persistence/api-key.repository.js';

@Injectable()
export class ApiKeysService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keys: ApiKeyRepository,
  ) {}

  /** @returns the key itself too: it is never to be had again */
  async create(command: { readonly name: string; readonly scopes: readonly ApiScope[] }): Promise<{
    readonly apiKey: ApiKey;
    readonly secret: string;
  }> {
    const secret = createApiKeySecret();
    const details = { ...command, prefix: computeKeyPrefix(secret), keyHash: computeKeyHash(secret) };
    const apiKey = await this.unitOfWork.run((tx) => this.keys.insert(tx, details));
    return { apiKey, secret };
  }

  list(): Promise<readonly ApiKey[]> {
    return this.keys.findAll();
  }

  /** From now on the key is refused. Revoking twice is revoking once. @throws ApplicationError not_found */
  async revoke(uuid: string): Promise<void> {
    const found = await this.unitOfWork.run((tx) => this.keys.revoke(tx, uuid));
    if (!found) throw new ApplicationError('not_found');
  }
}
