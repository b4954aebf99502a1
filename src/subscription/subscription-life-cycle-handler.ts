import { Injectable, Logger } from '@nestjs/common';
import type { ProviderFact } from '../billing-providers/index.js';
import { computePriceWakeKey } from '../catalog/index.js';
import { groupBy } from './group-by.js';
import type { Tx } from '../common/database/index.js';
import { Metrics } from '../common/observability/index.js';
import { computeCustomerWakeKey } from '../identity/index.js';
import { computeDifference, isEmpty, type Difference } from './domain/difference.js';
import { computeEffects } from './domain/batch.js';
import { computeProjection, type Projection } from './domain/projection.js';
import { factTypeOf } from './domain/transition.js';
import type { FactOutcome } from './domain/fact-outcome.js';
import { FactContext } from './fact-context.js';
import { ReadRequests } from './jobs/read-requests.js';
import { FactRepository, keyOf, type Stream } from './persistence/fact.repository.js';
import { RequestRepository } from './persistence/request.repository.js';
import { SubscriptionRepository, type CurrentRows } from './persistence/subscription.repository.js';
import type { SubscriptionState } from './domain/state.js';
import { SubscriptionMessages } from './subscription-messages.js';

/** Event ids of what we read ourselves begin so. */
const READING = 'fetch:';

/** One subscription whose facts grew: what it was, what it is, and what must be written for it. */
interface StreamChange {
  readonly stream: Stream;
  readonly newFacts: readonly ProviderFact[];
  readonly state: SubscriptionState;
  readonly mustRead?: string;
  readonly current?: CurrentRows;
}

interface RowChange extends StreamChange {
  readonly owner: { readonly userId: string; readonly groupId: string };
  readonly projection: Projection;
  readonly difference: Difference;
}

/**
 * Every plan-change transition, and nowhere else: the only writer of `subscriptions` and `subscription_histories`. Rows are a
 * pure fold of the set of facts, so duplicates, reordering and parallel workers end in the same rows. Works on batches: a
 * thousand facts cost as many statements as one.
 */
@Injectable()
export class SubscriptionLifeCycleHandler {
  private readonly logger = new Logger(SubscriptionLifeCycleHandler.name);
  private readonly factsTotal;
  private readonly transitionsTotal;
  private readonly doubledTotal;

  constructor(
    private readonly context: FactContext,
    private readonly facts: FactRepository,
    private readonly subscriptions: SubscriptionRepository,
    private readonly requests: RequestRepository,
    private readonly reads: ReadRequests,
    private readonly messages: SubscriptionMessages,
    metrics: Metrics,
  ) {
    this.factsTotal = metrics.counter('subscription_facts_total', 'Facts by type and outcome', ['fact', 'outcome']);
    this.transitionsTotal = metrics.counter('subscription_transitions_total', 'Subscriptions written, by kind', [
      'kind',
    ]);
    this.doubledTotal = metrics.counter('subscription_groups_doubled_total', 'Groups that began to pay twice', []);
  }

  /**
   * Adds facts and writes what changed, in the caller's transaction.
   *
   * @returns an outcome for each fact, in the order given
   */
  async handle(tx: Tx, facts: readonly ProviderFact[]): Promise<readonly FactOutcome[]> {
    const outcomes = new Map<ProviderFact, FactOutcome>();
    const owners = await this.context.findOwners(tx, facts);
    const ours = facts.filter((fact) => {
      const isOurs = owners.of(fact) !== undefined;
      if (!isOurs) outcomes.set(fact, { result: 'foreign', waitingFor: waitingForCustomer(fact) });
      return isOurs;
    });
    const streams = await this.facts.lockStreams(tx, ours);
    const plans = await this.context.loadPlans(ours, streams, tx);
    const current = await this.subscriptions.loadCurrent(
      tx,
      streams.map((stream) => stream.id),
    );
    const factsOf = groupBy(ours, keyOf);
    const changes: StreamChange[] = [];
    const rowChanges: RowChange[] = [];
    for (const stream of streams) {
      const own = factsOf.get(keyOf(stream)) ?? [];
      const effects = computeEffects(stream, own, plans, computePriceWakeKey);
      const change = { ...effects, stream, current: current.get(stream.id) };
      const projection = computeProjection(change.state, plans);
      const owner = change.current ?? owners.assign(stream, change.state);
      if (projection && typeof owner === 'string') {
        const error = `Subscription ${stream.subscriptionId}: ${owner}`;
        for (const fact of own) outcomes.set(fact, { result: 'failed', error, waitingFor: waitingForCustomer(stream) });
        continue;
      }
      for (const [fact, outcome] of effects.outcomes) outcomes.set(fact, outcome);
      changes.push(change);
      if (!projection || typeof owner === 'string') continue;
      const difference = computeDifference(change.current?.projection, projection);
      if (!isEmpty(difference)) rowChanges.push({ ...change, owner, projection, difference });
    }
    await this.save(tx, changes, rowChanges);
    return facts.map((fact) => this.count(tx, fact, outcomes.get(fact) as FactOutcome));
  }

  /** Whether two states of a subscription differ in its plan, or in the change that is pending. */
  isPlanChanged(before: Projection | undefined, after: Projection): boolean {
    if (!before) return after.subscription.scheduledPlanId !== null;
    const { planId, scheduledPlanId, scheduledPlanChangeAt } = before.subscription;
    return (
      planId !== after.subscription.planId ||
      scheduledPlanId !== after.subscription.scheduledPlanId ||
      scheduledPlanChangeAt !== after.subscription.scheduledPlanChangeAt
    );
  }

  /** Writes plan changes: subscription and history together, and what became of the requests behind them. */
  async handlePlanChange(tx: Tx, changes: readonly RowChange[]): Promise<void> {
    if (changes.length === 0) return;
    await this.write(tx, changes);
    await this.requests.settleScheduled(
      tx,
      changes.flatMap(({ current, state }) =>
        current ? [{ subscriptionId: current.id, history: state.history }] : [],
      ),
    );
    tx.afterCommit(() => this.transitionsTotal.inc({ kind: 'plan_change' }, changes.length));
  }

  private async save(tx: Tx, changes: readonly StreamChange[], rowChanges: readonly RowChange[]): Promise<void> {
    await this.facts.insertFacts(
      tx,
      changes.flatMap(({ stream, newFacts }) => newFacts.map((fact) => ({ streamId: stream.id, fact }))),
    );
    const isPlanChange = ({ current, projection }: RowChange) => this.isPlanChanged(current?.projection, projection);
    await this.handlePlanChange(tx, rowChanges.filter(isPlanChange));
    const others = rowChanges.filter((change) => !isPlanChange(change));
    await this.write(tx, others);
    if (others.length > 0) tx.afterCommit(() => this.transitionsTotal.inc({ kind: 'life_cycle' }, others.length));
    await this.reads.add(
      tx,
      // What was just read and still leaves a doubt is not read again until something new comes.
      changes.flatMap(({ stream, mustRead, newFacts }) =>
        mustRead && newFacts.some((fact) => !fact.eventId.startsWith(READING)) ? [{ ...stream, why: mustRead }] : [],
      ),
    );
  }

  /** One line for each subscription that changed: what an operator looks for first, in the provider's own ids. */
  private log({ stream, newFacts, current, projection, difference }: RowChange): void {
    const { status, priceId, scheduledPlanChangeAt, deadlineAt } = projection.subscription;
    this.logger.log({
      message: current ? 'subscription changed' : 'subscription began',
      subscription_id: stream.subscriptionId,
      customer_id: stream.customerId,
      // Of the batch: whatever else came along with it is no cause of this.
      event_ids: newFacts.map(({ eventId }) => eventId),
      status_before: current?.projection.subscription.status,
      status,
      price_id: priceId,
      period_ends_at: new Date(deadlineAt * 1000),
      change_scheduled_for: scheduledPlanChangeAt ? new Date(scheduledPlanChangeAt * 1000) : undefined,
      history: difference.changed.map((row) => `${row.type} ${row.status}, payment ${row.paymentStatus}`),
    });
  }

  private async write(tx: Tx, changes: readonly RowChange[]): Promise<void> {
    for (const change of changes) tx.afterCommit(() => this.log(change));
    const ids = await this.subscriptions.saveSubscriptions(
      tx,
      changes.filter(({ difference }) => difference.isSubscriptionChanged),
    );
    await this.reportDoubled(tx, changes.filter(hasBegun));
    const rows = changes.map(({ current, stream, difference, projection }) => ({
      subscriptionId: current?.id ?? (ids.get(stream.id) as string),
      difference,
      before: current?.projection.subscription,
      after: projection.subscription,
    }));
    await this.messages.tell(tx, rows);
    await this.subscriptions.deleteHistory(
      tx,
      rows.flatMap(({ subscriptionId, difference }) => difference.gone.map((key) => ({ subscriptionId, key }))),
    );
    await this.subscriptions.saveHistory(
      tx,
      rows.flatMap(({ subscriptionId, difference }) => difference.changed.map((row) => ({ ...row, subscriptionId }))),
    );
  }

  /** Two pages of one group can both be paid, where the provider closes none. Nothing is ended by itself: somebody must look. */
  private async reportDoubled(tx: Tx, begun: readonly RowChange[]): Promise<void> {
    if (begun.length === 0) return;
    const groupIds = begun.map(({ owner }) => owner.groupId);
    for (const doubled of await this.subscriptions.findDoubled(tx, groupIds)) {
      tx.afterCommit(() => {
        this.doubledTotal.inc();
        const message = 'a group pays for two subscriptions: end one at its provider and refund it';
        this.logger.error({ message, group: doubled.group, subscription_ids: doubled.subscriptionIds });
      });
    }
  }

  private count(tx: Tx, fact: ProviderFact, outcome: FactOutcome): FactOutcome {
    tx.afterCommit(() => this.factsTotal.inc({ fact: factTypeOf(fact), outcome: outcome.result }));
    return outcome;
  }
}

const isLiving = (status: string | undefined): boolean => status === 'active' || status === 'past_due';

const hasBegun = ({ current, projection }: RowChange): boolean =>
  isLiving(projection.subscription.status) && !isLiving(current?.projection.subscription.status);

const waitingForCustomer = (subject: { provider: string; customerId: string }): string =>
  computeCustomerWakeKey(subject.provider, subject.customerId);
