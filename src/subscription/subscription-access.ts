import { Injectable } from '@nestjs/common';
import type { Tx } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { IdentityService, type Membership } from '../identity/index.js';
import { SubscriptionQueryRepository, type SubscriptionRecord } from './persistence/subscription-query.repository.js';

/** A subscription together with what the user is in its group. */
export interface AccessibleSubscription {
  readonly subscription: SubscriptionRecord;
  readonly group: Membership;
}

const MANAGING_ROLES: readonly string[] = ['owner', 'admin'];

export const canManage = (group: Membership): boolean => MANAGING_ROLES.includes(group.role);

/** Which subscription a user means, and whether it is theirs to see or to manage. */
@Injectable()
export class SubscriptionAccess {
  constructor(
    private readonly identity: IdentityService,
    private readonly subscriptions: SubscriptionQueryRepository,
  ) {}

  /**
   * The group that the user names, or the only one that they have.
   *
   * @throws ApplicationError subscription_not_authorized (not a member, or not owner or admin where `manage`),
   *   group_ambiguous, subscription_not_found (no group at all)
   */
  async chooseGroup(userId: string, groupExternalId: string | undefined, manage: boolean): Promise<Membership> {
    const groups = await this.identity.groupsOf(userId);
    if (groupExternalId !== undefined) {
      const named = groups.find((group) => group.externalId === groupExternalId);
      if (!named) throw new ApplicationError('subscription_not_authorized');
      return checkRole(named, manage);
    }
    const candidates = groups.length > 1 ? await this.withSubscription(groups) : groups;
    const [only, ...others] = candidates.length > 0 ? candidates : groups;
    if (!only) throw new ApplicationError('subscription_not_found');
    if (others.length > 0) throw new ApplicationError('group_ambiguous');
    return checkRole(only, manage);
  }

  /**
   * The newest living subscription of the group.
   *
   * @throws as `chooseGroup`, and subscription_not_found where there is none
   */
  async find(userId: string, groupExternalId: string | undefined, manage: boolean): Promise<AccessibleSubscription> {
    const group = await this.chooseGroup(userId, groupExternalId, manage);
    const subscription = await this.findLiving(group.id);
    if (!subscription) throw new ApplicationError('subscription_not_found');
    return { subscription, group };
  }

  /**
   * The provider's own pages show everything that a customer pays for. Whoever opens them for somebody else must manage all
   * of it.
   *
   * @throws ApplicationError subscription_not_authorized
   */
  async checkWholeCustomer(userId: string, subscription: SubscriptionRecord): Promise<void> {
    if (subscription.userId === userId) return;
    const managed = new Set((await this.identity.groupsOf(userId)).filter(canManage).map((group) => group.id));
    const { provider, providerCustomerId } = subscription;
    const paidFor = await this.subscriptions.findGroupsOfCustomer(provider, providerCustomerId);
    if (paidFor.every((groupId) => managed.has(groupId))) return;
    throw new ApplicationError('subscription_not_authorized', {
      detail: 'The billing portal would also show subscriptions of groups that this user does not manage.',
    });
  }

  /** @param groupId our id @returns undefined where the user does not manage the group */
  async findManaged(userId: string, groupId: string): Promise<Membership | undefined> {
    const groups = await this.identity.groupsOf(userId);
    return groups.find((group) => group.id === groupId && canManage(group));
  }

  /** The subscription of a group that is not over and has begun, if any. */
  async findLiving(groupId: string, tx?: Tx): Promise<SubscriptionRecord | undefined> {
    const subscriptions = await this.subscriptions.findByGroups([groupId], tx);
    return subscriptions.find(({ status }) => status === 'active' || status === 'past_due');
  }

  private async withSubscription(groups: readonly Membership[]): Promise<readonly Membership[]> {
    const subscriptions = await this.subscriptions.findByGroups(groups.map((group) => group.id));
    const living = new Set(subscriptions.filter(({ status }) => status !== 'canceled').map(({ groupId }) => groupId));
    return groups.filter((group) => living.has(group.id));
  }
}

function checkRole(group: Membership, manage: boolean): Membership {
  if (manage && !canManage(group)) throw new ApplicationError('subscription_not_authorized');
  return group;
}
