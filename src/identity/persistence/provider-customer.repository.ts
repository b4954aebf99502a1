import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import { ApplicationError } from '../../common/errors/index.js';
import { Config } from '../../config/index.js';
import type { PaymentProvider } from '../domain/payment-provider.js';
import type { GroupReference, ProviderCustomerLink, ProviderCustomerOwner } from '../domain/user.js';
import { isUniqueViolation } from './unique-violation.js';

interface OwnerRow {
  readonly provider_customer_id: string;
  readonly user_id: string;
  readonly group_id: string | null;
  readonly group_external_id: string | null;
}

/** The only writer of `user_provider_customers`, and of the default provider’s mirror `users.payment_provider_customer_id`. */
@Injectable()
export class ProviderCustomerRepository {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  /** @returns the user's customer id at the provider */
  async find(userId: string, provider: PaymentProvider, tx?: Tx): Promise<string | undefined> {
    const rows = await (tx ?? this.database).query<{ provider_customer_id: string }>(
      'SELECT provider_customer_id FROM user_provider_customers WHERE user_id = $1 AND provider = $2',
      [userId, provider],
    );
    return rows[0]?.provider_customer_id;
  }

  async findOfUsers(tx: Tx, userIds: readonly string[]): Promise<ProviderCustomerLink[]> {
    return tx.query<ProviderCustomerLink>(
      `SELECT user_id AS "userId", provider, provider_customer_id AS "customerId"
         FROM user_provider_customers WHERE user_id = ANY ($1::bigint[]) ORDER BY user_id, provider`,
      [userIds],
    );
  }

  /** @returns owners by customer id; customers that are nobody's are left out */
  async findOwners(
    provider: PaymentProvider,
    customerIds: readonly string[],
    tx?: Tx,
  ): Promise<Map<string, ProviderCustomerOwner>> {
    const rows = await (tx ?? this.database).query<OwnerRow>(
      `SELECT customer.provider_customer_id, customer.user_id,
              groups.id AS group_id, groups.external_id AS group_external_id
         FROM user_provider_customers customer
         LEFT JOIN group_members member ON member.user_id = customer.user_id
         LEFT JOIN groups ON groups.id = member.group_id
        WHERE customer.provider = $1 AND customer.provider_customer_id = ANY ($2::text[])
        ORDER BY groups.external_id`,
      [provider, customerIds],
    );
    return toOwners(rows);
  }

  /** Links the first customer of a user, whose row is locked. @throws ApplicationError provider_customer_taken */
  async insert(tx: Tx, link: ProviderCustomerLink): Promise<void> {
    const inserted = await tx.query(
      `INSERT INTO user_provider_customers (user_id, provider, provider_customer_id) VALUES ($1, $2, $3)
       ON CONFLICT ON CONSTRAINT user_provider_customers_customer_key DO NOTHING RETURNING user_id`,
      [link.userId, link.provider, link.customerId],
    );
    if (inserted.length === 0) throw new ApplicationError('provider_customer_taken');
    await this.updateMirror(tx, link);
  }

  /** Gives a user that has a customer at this provider another one. @throws ApplicationError provider_customer_taken */
  async replace(tx: Tx, link: ProviderCustomerLink): Promise<void> {
    try {
      await tx.query(
        `UPDATE user_provider_customers SET provider_customer_id = $3, updated_at = now()
          WHERE user_id = $1 AND provider = $2`,
        [link.userId, link.provider, link.customerId],
      );
    } catch (error) {
      if (!isUniqueViolation(error, 'user_provider_customers_customer_key')) throw error;
      throw new ApplicationError('provider_customer_taken', { cause: error });
    }
    await this.updateMirror(tx, link);
  }

  private async updateMirror(tx: Tx, link: ProviderCustomerLink): Promise<void> {
    if (link.provider !== this.config.defaultProvider) return;
    await tx.query('UPDATE users SET payment_provider_customer_id = $2, updated_at = now() WHERE id = $1', [
      link.userId,
      link.customerId,
    ]);
  }
}

function toOwners(rows: readonly OwnerRow[]): Map<string, ProviderCustomerOwner> {
  const owners = new Map<string, { userId: string; groups: GroupReference[] }>();
  for (const row of rows) {
    const owner = owners.get(row.provider_customer_id) ?? { userId: row.user_id, groups: [] };
    if (row.group_id !== null && row.group_external_id !== null) {
      owner.groups.push({ id: row.group_id, externalId: row.group_external_id });
    }
    owners.set(row.provider_customer_id, owner);
  }
  return owners;
}
