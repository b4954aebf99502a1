import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CatalogService } from '../catalog/index.js';
import { Clock } from '../common/clock/index.js';
import type { Tx } from '../common/database/index.js';
import { MerchantWebhooks } from '../notification/index.js';
import { isNews } from './domain/news.js';
import type { SubscriptionValues } from './domain/projection.js';
import { SubscriptionRepository } from './persistence/subscription.repository.js';

/** What a subscription's row was and is; ours is the row's id. */
export interface ChangedSubscription {
  readonly subscriptionId: string;
  readonly before: SubscriptionValues | undefined;
  readonly after: SubscriptionValues;
}

/** Tells the merchant's back end of subscriptions, whoever changed them: a customer, a renewal, or the provider's dashboard. */
@Injectable()
export class SubscriptionMessages {
  constructor(
    private readonly subscriptions: SubscriptionRepository,
    private readonly catalog: CatalogService,
    private readonly webhooks: MerchantWebhooks,
    private readonly clock: Clock,
  ) {}

  /** `subscription.updated` for each of these that is worth it; made only where somebody listens. */
  async tell(tx: Tx, changed: readonly ChangedSubscription[]): Promise<void> {
    const news = changed.filter(({ before, after }) => isNews(before, after));
    if (news.length === 0 || !(await this.webhooks.isWanted(tx, 'subscription.updated'))) return;
    const names = await this.subscriptions.findNames(
      tx,
      news.map(({ subscriptionId }) => subscriptionId),
    );
    const planIds = news.flatMap(({ before, after }) => [before?.planId, after.planId, after.scheduledPlanId]);
    const plans = await this.catalog.findPlansByIds([...new Set(planIds.filter((id) => typeof id === 'string'))], tx);
    const codeOf = (id: string | null | undefined): string | null => (id ? (plans.get(id)?.code ?? null) : null);
    for (const { subscriptionId, before, after } of news) {
      const { uuid, provider, userExternalId, groupExternalId } = names.get(subscriptionId)!;
      await this.webhooks.publish(tx, {
        id: `subscription.updated:${randomUUID()}`,
        type: 'subscription.updated',
        occurredAt: this.clock.now(),
        data: {
          subscription_id: uuid,
          user_id: userExternalId,
          group_id: groupExternalId,
          provider,
          status: after.status,
          is_access_suspended: after.accessSuspended,
          plan_code: codeOf(after.planId),
          old_plan_code: before && before.planId !== after.planId ? codeOf(before.planId) : null,
          scheduled_plan_code: codeOf(after.scheduledPlanId),
          scheduled_for: toTime(after.scheduledPlanChangeAt),
          period_ends_at: toTime(after.deadlineAt),
          ends_at: toTime(after.cancelAt),
        },
      });
    }
  }
}

const toTime = (seconds: number | null): string | null =>
  seconds === null ? null : new Date(seconds * 1_000).toISOString();
