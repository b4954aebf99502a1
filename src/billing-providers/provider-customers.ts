import { Injectable, Logger } from '@nestjs/common';
import { UnitOfWork } from '../common/database/index.js';
import { IdentityService, type User } from '../identity/index.js';
import { BillingProviderRegistry } from './billing-provider-registry.js';
import type { ProviderName } from './domain/facts.js';
import { toApplicationError } from './provider-failures.js';

/** Whom providers know our users as. */
@Injectable()
export class ProviderCustomers {
  private readonly logger = new Logger(ProviderCustomers.name);

  constructor(
    private readonly providers: BillingProviderRegistry,
    private readonly identity: IdentityService,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * The user's customer at the provider; made, and linked to the user before anything can happen to it, when there is none. Two
   * at once end with the same one.
   *
   * @throws ApplicationError provider_not_configured, provider_unavailable, provider_refused
   */
  async ensure(user: User, provider: ProviderName): Promise<string> {
    const known = await this.identity.findProviderCustomer(user.id, provider);
    if (known !== undefined) return known;
    const { externalId: userId, email, name } = user;
    const { customerId } = await this.providers
      .get(provider)
      .createCustomer({ userId, email, name })
      .catch((error: unknown) => {
        throw toApplicationError(error);
      });
    const linked = await this.unitOfWork.run((tx) =>
      this.identity.linkProviderCustomer(tx, { userId: user.id, provider, customerId }),
    );
    this.logger.log({ message: 'provider customer linked', internal_user_id: user.id, provider, customer_id: linked });
    return linked;
  }
}
