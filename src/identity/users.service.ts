import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import type { PaymentProvider } from './domain/payment-provider.js';
import type { Membership, StoredUser } from './domain/user.js';
import { GroupRepository } from './persistence/group.repository.js';
import { UserRepository, type UserDetails } from './persistence/user.repository.js';
import { ProviderCustomersService } from './provider-customers.service.js';

export interface UserCommand extends UserDetails {
  /** Absent: the link, if any, stays as it is. */
  readonly providerCustomer?: { readonly provider: PaymentProvider; readonly customerId: string };
}

export interface UserWithGroups {
  readonly user: StoredUser;
  readonly groups: readonly Membership[];
}

@Injectable()
export class UsersService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly users: UserRepository,
    private readonly groups: GroupRepository,
    private readonly customers: ProviderCustomersService,
  ) {}

  /** @throws ApplicationError email_taken, provider_customer_taken */
  async upsert(command: UserCommand): Promise<UserWithGroups> {
    await this.unitOfWork.run(async (tx) => {
      const user = await this.users.upsert(tx, command);
      if (command.providerCustomer) await this.customers.set(tx, { userId: user.id, ...command.providerCustomer });
    });
    return this.get(command.externalId);
  }

  /**
   * Every token of the user that was issued until now is refused from now on, at every replica: the storefront's and those of
   * sales. (The database's clock.)
   *
   * @throws ApplicationError user_not_found
   */
  async revokeTokens(externalId: string): Promise<UserWithGroups> {
    const isThere = await this.unitOfWork.run((tx) => this.users.revokeTokens(tx, externalId));
    if (!isThere) throw new ApplicationError('user_not_found');
    return this.get(externalId);
  }

  /** @throws ApplicationError user_not_found */
  async get(externalId: string): Promise<UserWithGroups> {
    const user = await this.users.findByExternalId(externalId);
    if (!user) throw new ApplicationError('user_not_found');
    return { user, groups: await this.groups.findOfUser(user.id) };
  }
}
