import { Injectable } from '@nestjs/common';
import type { Tx } from '../common/database/index.js';
import { Jobs } from '../common/jobs/index.js';
import type { ProviderCustomerLink } from './domain/user.js';
import { computeCustomerWakeKey, WAKE_WAITING_TASK } from './domain/wake-key.js';
import { ProviderCustomerRepository } from './persistence/provider-customer.repository.js';
import { UserRepository } from './persistence/user.repository.js';

/** Which provider customer a user is. Every new link wakes the webhook events that waited for it, in the same transaction. */
@Injectable()
export class ProviderCustomersService {
  constructor(
    private readonly users: UserRepository,
    private readonly customers: ProviderCustomerRepository,
    private readonly jobs: Jobs,
  ) {}

  /**
   * Links the customer unless the user already has one: the first wins, so that two checkouts started at once end with the
   * same customer.
   *
   * @returns the customer id that is linked in the end
   * @throws ApplicationError provider_customer_taken
   */
  async linkIfNone(tx: Tx, link: ProviderCustomerLink): Promise<string> {
    await this.users.lockById(tx, link.userId);
    const linked = await this.customers.find(link.userId, link.provider, tx);
    if (linked !== undefined) return linked;
    await this.customers.insert(tx, link);
    await this.wakeWaitingEvents(tx, link);
    return link.customerId;
  }

  /**
   * Makes this the user's customer, instead of the one it had if any: the merchant's server says so.
   *
   * @throws ApplicationError provider_customer_taken
   */
  async set(tx: Tx, link: ProviderCustomerLink): Promise<void> {
    const linked = await this.linkIfNone(tx, link);
    if (linked === link.customerId) return;
    await this.customers.replace(tx, link);
    await this.wakeWaitingEvents(tx, link);
  }

  /** Wakes the events that waited for more than the link to be known of these users. */
  async wakeWaitingEventsOf(tx: Tx, userIds: readonly string[]): Promise<void> {
    for (const link of await this.customers.findOfUsers(tx, userIds)) await this.wakeWaitingEvents(tx, link);
  }

  private async wakeWaitingEvents(tx: Tx, { provider, customerId }: ProviderCustomerLink): Promise<void> {
    await this.jobs.add(tx, WAKE_WAITING_TASK, { key: computeCustomerWakeKey(provider, customerId) });
  }
}
