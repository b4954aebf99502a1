import { Injectable } from '@nestjs/common';
import { SubscriptionReconciliation, type UnfinishedWish } from '../../subscription/index.js';
import { compareSubscription } from '../domain/compare-subscription.js';
import type { FoundDifference } from '../domain/difference.js';
import { NOTHING, subscriptionSubject, type PhaseContext, type PhaseSteps, type StepResult } from '../phase.js';
import { RunRepository } from '../persistence/run.repository.js';

const PAGE = 100;
const MOST_WISHES = 500;

const sinceOf = ({ run }: PhaseContext): number => Math.floor(run.since.getTime() / 1_000);

/** Every subscription of the provider, beside our rows. */
@Injectable()
export class SubscriptionsPhase implements PhaseSteps {
  constructor(private readonly subscriptions: SubscriptionReconciliation) {}

  async step(context: PhaseContext, cursor: string | null): Promise<StepResult> {
    const { provider, pace } = context;
    const page = await pace.call(() => provider.listSubscriptions(cursor));
    const compared = await this.subscriptions.compare(provider.name, page.items);
    return {
      differences: compared.flatMap((one) => compareSubscription(one, sinceOf(context))),
      counts: {
        subscriptions: page.items.length,
        foreign: compared.filter(({ isOurs }) => !isOurs).length,
        unreadable: page.unreadable,
      },
      sightings: compared.filter(({ ours }) => ours).map(({ subscriptionId }) => subscriptionSubject(subscriptionId)),
      next: page.next,
    };
  }
}

/** Ours that were in no page. Absence from a list alone proves nothing: each is asked for by its id. */
@Injectable()
export class UnseenSubscriptionsPhase implements PhaseSteps {
  constructor(
    private readonly subscriptions: SubscriptionReconciliation,
    private readonly runs: RunRepository,
  ) {}

  async step(context: PhaseContext, cursor: string | null): Promise<StepResult> {
    const { run, provider, pace } = context;
    const rows = await this.subscriptions.listLiving(provider.name, cursor, PAGE);
    const seen = await this.runs.findSighted(
      run.id,
      rows.map(({ subscriptionId }) => subscriptionSubject(subscriptionId)),
    );
    const differences: FoundDifference[] = [];
    for (const row of rows) {
      if (seen.has(subscriptionSubject(row.subscriptionId))) continue;
      const found = await pace.call(() => provider.findSubscription(row.subscriptionId));
      if (found) {
        const [compared] = await this.subscriptions.compare(provider.name, [found]);
        if (compared) differences.push(...compareSubscription(compared, sinceOf(context)));
      } else {
        const { subscriptionId, uuid, status } = row;
        differences.push({
          type: 'subscription_missing',
          providerId: subscriptionId,
          ourId: uuid,
          ours: { status },
          theirs: null,
        });
      }
    }
    return { ...NOTHING, differences, next: rows.length < PAGE ? null : (rows.at(-1)?.id ?? null) };
  }
}

/** Wishes of customers that nobody has carried out. No provider is asked: whoever carries on with them reads first. */
@Injectable()
export class WishesPhase implements PhaseSteps {
  constructor(private readonly subscriptions: SubscriptionReconciliation) {}

  async step({ provider }: PhaseContext): Promise<StepResult> {
    const wishes = await this.subscriptions.findUnfinished(provider.name, MOST_WISHES);
    return { ...NOTHING, differences: wishes.map(toDifference) };
  }
}

function toDifference(wish: UnfinishedWish): FoundDifference {
  if (wish.kind === 'request') {
    const { uuid, kind, status, targetPriceId } = wish.request;
    const ours = { kind, status, target_price_id: targetPriceId };
    return { type: 'request_unfinished', providerId: uuid, ourId: uuid, ours, theirs: null };
  }
  const { uuid, providerSubscriptionId, fromPriceId } = wish.quote;
  const ours = { subscription_id: providerSubscriptionId, price_id: fromPriceId };
  return { type: 'pending_change_lost', providerId: uuid, ourId: uuid, ours, theirs: null };
}
