import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import type { ApiKey, ApiKeyDetails } from '../domain/api-key.js';
import type { ApiScope } from '../domain/api-scope.js';

interface ApiKeyRow {
  readonly id: string;
  readonly uuid: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: ApiScope[];
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
}

const COLUMNS = 'id, uuid, name, prefix, scopes, created_at, last_used_at, revoked_at';

@Injectable()
export class ApiKeyRepository {
  constructor(private readonly database: Database) {}

  /** Revoked keys too. */
  async findByHash(keyHash: string): Promise<ApiKey | undefined> {
    const rows = await this.database.query<ApiKeyRow>(`SELECT ${COLUMNS} FROM api_keys WHERE key_hash = $1`, [keyHash]);
    return rows.map(fromRow)[0];
  }

  /** Every key, newest first. */
  async findAll(): Promise<ApiKey[]> {
    const rows = await this.database.query<ApiKeyRow>(`SELECT ${COLUMNS} FROM api_keys ORDER BY id DESC`);
    return rows.map(fromRow);
  }

  async insert(tx: Tx, key: ApiKeyDetails & { readonly keyHash: string }): Promise<ApiKey> {
    const rows = await tx.query<ApiKeyRow>(
      `INSERT INTO api_keys (name, key_hash, prefix, scopes) VALUES ($1, $2, $3, $4::text[]) RETURNING ${COLUMNS}`,
      [key.name, key.keyHash, key.prefix, key.scopes],
    );
    return rows.map(fromRow)[0]!;
  }

  /** Revokes a key; one that is revoked already keeps its time. @returns false when there is no such key */
  async revoke(tx: Tx, uuid: string): Promise<boolean> {
    const rows = await tx.query(
      'UPDATE api_keys SET revoked_at = coalesce(revoked_at, now()) WHERE uuid = $1 RETURNING id',
      [uuid],
    );
    return rows.length > 0;
  }

  async updateLastUse(tx: Tx, id: string): Promise<void> {
    await tx.query(
      `UPDATE api_keys SET last_used_at = now()
        WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
      [id],
    );
  }
}

function fromRow(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    uuid: row.uuid,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  };
}
