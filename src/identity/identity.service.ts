import { Injectable } from '@nestjs/common';
import type { Tx } from '../common/database/index.js';
import type { CustomerToken } from './authentication/customer-tokens.js';
import type { PaymentProvider } from './domain/payment-provider.js';
import { isRevoked } from './domain/token-revocation.js';
import type { Group, Membership, ProviderCustomerLink, ProviderCustomerOwner, User } from './domain/user.js';
import { GroupRepository } from './persistence/group.repository.js';
import { ProviderCustomerRepository } from './persistence/provider-customer.repository.js';
import { UserRepository } from './persistence/user.repository.js';
import { ProviderCustomersService } from './provider-customers.service.js';

/** What other modules ask about people. With `tx` the answer is of that transaction. */
@Injectable()
export class IdentityService {
  constructor(
    private readonly users: UserRepository,
    private readonly groups: GroupRepository,
    private readonly customers: ProviderCustomerRepository,
    private readonly links: ProviderCustomersService,
  ) {}

  /** @param id our id */
  findUserById(id: string, tx?: Tx): Promise<User | undefined> {
    return this.users.findById(id, tx);
  }

  /** @returns by our id; users that do not exist are left out */
  findUsersByIds(ids: readonly string[]): Promise<ReadonlyMap<string, User>> {
    return this.users.findByIds(ids);
  }

  findUserByExternalId(externalId: string, tx?: Tx): Promise<User | undefined> {
    return this.users.findByExternalId(externalId, tx);
  }

  /** @returns whose token it is; undefined when they are nobody, or have revoked it since */
  async findTokenHolder({ subject, issuedAt }: CustomerToken): Promise<User | undefined> {
    const user = await this.users.findByExternalId(subject);
    return user && !isRevoked(issuedAt, user.tokensValidFrom) ? user : undefined;
  }

  /**
   * Whose customers these are, with the groups of each, in one query.
   *
   * @returns by customer id; customers of nobody are left out
   */
  findUsersByProviderCustomers(
    provider: PaymentProvider,
    customerIds: readonly string[],
    tx?: Tx,
  ): Promise<ReadonlyMap<string, ProviderCustomerOwner>> {
    return this.customers.findOwners(provider, customerIds, tx);
  }

  /** @returns the user's customer id at the provider */
  findProviderCustomer(userId: string, provider: PaymentProvider, tx?: Tx): Promise<string | undefined> {
    return this.customers.find(userId, provider, tx);
  }

  /**
   * Remembers a customer that we made at the provider. Idempotent; the first link wins.
   *
   * @returns the customer id that is linked in the end: use it, not the one you made
   * @throws ApplicationError provider_customer_taken when the customer is another user's
   */
  linkProviderCustomer(tx: Tx, link: ProviderCustomerLink): Promise<string> {
    return this.links.linkIfNone(tx, link);
  }

  /** The groups that the user is a member of, by external id. */
  groupsOf(userId: string, tx?: Tx): Promise<readonly Membership[]> {
    return this.groups.findOfUser(userId, tx);
  }

  /** @returns by our id; groups that do not exist are left out */
  findGroupsByIds(ids: readonly string[], tx?: Tx): Promise<ReadonlyMap<string, Group>> {
    return this.groups.findByIds(ids, tx);
  }

  findGroupByExternalId(externalId: string, tx?: Tx): Promise<Group | undefined> {
    return this.groups.findByExternalId(externalId, tx);
  }
}
