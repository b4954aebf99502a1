import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import { ApplicationError } from '../../common/errors/index.js';
import type { StoredUser } from '../domain/user.js';
import { isUniqueViolation } from './unique-violation.js';

interface UserRow {
  readonly id: string;
  readonly external_id: string;
  readonly name: string;
  readonly email: string;
  readonly payment_provider_customer_id: string | null;
  readonly tokens_valid_from: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const COLUMNS = 'id, external_id, name, email, payment_provider_customer_id, tokens_valid_from, created_at, updated_at';

export interface UserDetails {
  readonly externalId: string;
  readonly name: string;
  readonly email: string;
}

@Injectable()
export class UserRepository {
  constructor(private readonly database: Database) {}

  async findById(id: string, tx?: Tx): Promise<StoredUser | undefined> {
    const rows = await (tx ?? this.database).query<UserRow>(`SELECT ${COLUMNS} FROM users WHERE id = $1`, [id]);
    return rows.map(fromRow)[0];
  }

  async findByIds(ids: readonly string[]): Promise<Map<string, StoredUser>> {
    const rows = await this.database.query<UserRow>(`SELECT ${COLUMNS} FROM users WHERE id = ANY ($1::bigint[])`, [
      ids,
    ]);
    return new Map(rows.map((row) => [row.id, fromRow(row)]));
  }

  async findByExternalId(externalId: string, tx?: Tx): Promise<StoredUser | undefined> {
    const rows = await (tx ?? this.database).query<UserRow>(`SELECT ${COLUMNS} FROM users WHERE external_id = $1`, [
      externalId,
    ]);
    return rows.map(fromRow)[0];
  }

  /** @returns our ids by external id; users that do not exist are left out */
  async findIdsByExternalIds(externalIds: readonly string[], tx?: Tx): Promise<Map<string, string>> {
    const rows = await (tx ?? this.database).query<{ id: string; external_id: string }>(
      'SELECT id, external_id FROM users WHERE external_id = ANY ($1::text[])',
      [externalIds],
    );
    return new Map(rows.map((row) => [row.external_id, row.id]));
  }

  /** Keeps the user's row from changing until the transaction ends; foreign keys to it may still be written. */
  async lockById(tx: Tx, id: string): Promise<void> {
    await tx.query('SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE', [id]);
  }

  /**
   * Makes the user exist with these details, and locks it. The insert comes first and yields to any conflict, so that of
   * many callers at once one inserts and the others wait for it, whichever of the unique columns they meet at.
   *
   * @throws ApplicationError email_taken
   */
  async upsert(tx: Tx, user: UserDetails): Promise<StoredUser> {
    const inserted = await tx.query<UserRow>(
      `INSERT INTO users (external_id, name, email) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
      [user.externalId, user.name, user.email],
    );
    if (inserted[0]) return fromRow(inserted[0]);
    const [existing] = await tx.query<UserRow>(
      `SELECT ${COLUMNS} FROM users WHERE external_id = $1 FOR NO KEY UPDATE`,
      [user.externalId],
    );
    if (!existing) throw new ApplicationError('email_taken');
    if (existing.name === user.name && existing.email === user.email) return fromRow(existing);
    return this.update(tx, existing.id, user);
  }

  /** @returns whether there is such a user */
  async revokeTokens(tx: Tx, externalId: string): Promise<boolean> {
    const rows = await tx.query(
      'UPDATE users SET tokens_valid_from = now(), updated_at = now() WHERE external_id = $1 RETURNING id',
      [externalId],
    );
    return rows.length > 0;
  }

  private async update(tx: Tx, id: string, user: UserDetails): Promise<StoredUser> {
    try {
      const rows = await tx.query<UserRow>(
        `UPDATE users SET name = $2, email = $3, updated_at = now() WHERE id = $1 RETURNING ${COLUMNS}`,
        [id, user.name, user.email],
      );
      return rows.map(fromRow)[0]!;
    } catch (error) {
      if (isUniqueViolation(error, 'users_email_key')) throw new ApplicationError('email_taken', { cause: error });
      throw error;
    }
  }
}

function fromRow(row: UserRow): StoredUser {
  return {
    id: row.id,
    externalId: row.external_id,
    name: row.name,
    email: row.email,
    paymentProviderCustomerId: row.payment_provider_customer_id,
    tokensValidFrom: row.tokens_valid_from,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
