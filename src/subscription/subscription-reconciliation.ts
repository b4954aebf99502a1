import { Injectable } from '@nestjs/common';
import type { ListedSubscription, ProviderFact, ProviderName } from '../billing-providers/index.js';
import { CatalogService, computePriceWakeKey } from '../catalog/index.js';
import { Clock } from '../common/clock/index.js';
import { UnitOfWork, type Tx } from '../common/database/index.js';
import { computeEffects } from './domain/batch.js';
import { toComparedRows, type ComparedRows } from './domain/compared-rows.js';
import { computeReadStamp } from './domain/observations.js';
import { computeProjection } from './domain/projection.js';
import type { PlansByPrice } from './domain/state.js';
import { FactContext, type Owners } from './fact-context.js';
import { RequestExecutor } from './jobs/request-executor.js';
import { SubscriptionReader } from './jobs/subscription-reader.js';
import { FactRepository, type Stream } from './persistence/fact.repository.js';
import { PlanQuoteRepository, type PlanQuote } from './persistence/plan-quote.repository.js';
import { RequestRepository, type PlanChangeRequest } from './persistence/request.repository.js';
import { SubscriptionQueryRepository, type LivingRow } from './persistence/subscription-query.repository.js';
import { SubscriptionRepository, type CurrentRows } from './persistence/subscription.repository.js';
import { PlanChangeService } from './plan-change.service.js';

/**
 * What is read is placed this long before our clock: older events that still come are put before it and change nothing, and
 * newer ones are not hidden by two clocks that differ.
 */
const SETTLED_SECONDS = 300;

/** A subscription of the provider beside ours. */
export interface ComparedSubscription {
  readonly subscriptionId: string;
  readonly customerId: string;
  /** Seconds since 1970; null while it lives at the provider. */
  readonly endedAt: number | null;
  /** Its customer is a user of ours. */
  readonly isOurs: boolean;
  /** Our uuid; null where there is no row. */
  readonly uuid: string | null;
  readonly ours: ComparedRows | null;
  /** What our rows would be if it were read now; null where it cannot be taken over. */
  readonly theirs: ComparedRows | null;
  /** Why it cannot be taken over, for an operator. */
  readonly refusal: string | null;
}

/** Something that a customer asked for, and that nobody has carried out or put back. */
export type UnfinishedWish =
  | { readonly kind: 'request'; readonly request: PlanChangeRequest }
  | { readonly kind: 'replaced_change'; readonly quote: PlanQuote };

/** What reconciliation asks and does about subscriptions. Only what is read changes rows, by the one way that all facts go. */
@Injectable()
export class SubscriptionReconciliation {
  constructor(
    private readonly context: FactContext,
    private readonly catalog: CatalogService,
    private readonly facts: FactRepository,
    private readonly subscriptions: SubscriptionRepository,
    private readonly queries: SubscriptionQueryRepository,
    private readonly requests: RequestRepository,
    private readonly quotes: PlanQuoteRepository,
    private readonly reader: SubscriptionReader,
    private readonly executor: RequestExecutor,
    private readonly planChanges: PlanChangeService,
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Folds what was listed into what is known, as a reading would, and writes nothing. */
  compare(provider: ProviderName, listed: readonly ListedSubscription[]): Promise<readonly ComparedSubscription[]> {
    return this.unitOfWork.run(async (tx) => {
      const subjects = listed.map(({ subscriptionId, customerId }) => ({ provider, subscriptionId, customerId }));
      const owners = await this.context.findOwners(tx, subjects);
      const ours = subjects.filter((subject) => owners.of(subject) !== undefined);
      const streams = await this.facts.loadStreams(
        provider,
        ours.map(({ subscriptionId }) => subscriptionId),
        tx,
      );
      const streamIds = streams.map(({ id }) => id);
      const current = await this.subscriptions.loadCurrent(tx, streamIds);
      const uuids = await this.subscriptions.findNames(
        tx,
        [...current.values()].map(({ id }) => id),
      );
      const streamOf = new Map(streams.map((stream) => [stream.subscriptionId, stream]));
      const readings = listed.map((one) => this.readListed(provider, one, streamOf.get(one.subscriptionId), owners));
      const newFacts = readings.flatMap(({ facts }) => (typeof facts === 'string' ? [] : facts));
      const plans = await this.context.loadPlans(newFacts, streams, tx);
      const uuidOf = await this.loadPlanUuids(tx, [...current.values()], plans);
      return readings.map((reading) => {
        const rows = current.get(reading.stream.id);
        const uuid = (rows && uuids.get(rows.id)?.uuid) ?? null;
        return { ...computeCompared(reading, rows, owners, { plans, uuidOf }), uuid };
      });
    });
  }

  /** Subscriptions that we believe to live, by our id. @param afterId null: from the beginning */
  listLiving(provider: ProviderName, afterId: string | null, limit: number): Promise<readonly LivingRow[]> {
    return this.queries.findLiving(provider, afterId, limit);
  }

  /** When these subscriptions began, by the provider's id; unknown ones are left out. Seconds since 1970. */
  findBeginnings(provider: ProviderName, subscriptionIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.queries.findBeginnings(provider, subscriptionIds);
  }

  /** Wishes of customers that we hold, and that nothing later contradicts. */
  async findUnfinished(provider: ProviderName, limit: number): Promise<readonly UnfinishedWish[]> {
    const requests = await this.requests.findForgotten(limit, provider);
    const quotes = await this.quotes.findUnrestored(provider, limit);
    return [
      ...requests.map((request) => ({ kind: 'request', request }) as const),
      ...quotes.map((quote) => ({ kind: 'replaced_change', quote }) as const),
    ];
  }

  /** Reads a subscription, which makes our rows what the provider says. @throws as `SubscriptionReader.read` */
  adopt(provider: ProviderName, subscriptionId: string): Promise<void> {
    return this.reader.read(provider, subscriptionId, this.settledUntil());
  }

  /**
   * Carries on with what a customer asked for; whoever has chosen something since is left alone.
   *
   * @throws ProviderError, ApplicationError when it cannot be done now
   */
  async finish(wish: { readonly kind: UnfinishedWish['kind']; readonly uuid: string }): Promise<void> {
    if (wish.kind === 'request') return this.executor.resume(wish.uuid);
    const quote = await this.quotes.find(wish.uuid);
    if (quote) await this.planChanges.restore(quote);
  }

  private async loadPlanUuids(
    tx: Tx,
    rows: readonly CurrentRows[],
    plans: PlansByPrice,
  ): Promise<(planId: string) => string> {
    const planIds = [
      ...[...plans.values()].map(({ planId }) => planId),
      ...rows.flatMap(({ projection: { subscription } }) => [subscription.planId, subscription.scheduledPlanId ?? []]),
    ].flat();
    const found = await this.catalog.findPlansByIds([...new Set(planIds)], tx);
    return (planId) => found.get(planId)?.uuid ?? '';
  }

  private settledUntil(): number {
    return Math.floor(this.clock.now().getTime() / 1_000) - SETTLED_SECONDS;
  }

  private readListed(
    provider: ProviderName,
    listed: ListedSubscription,
    known: Stream | undefined,
    owners: Owners,
  ): ListedReading {
    const stream = known ?? newStream(provider, listed);
    const isOurs = owners.of(stream) !== undefined;
    const facts = isOurs ? listed.facts(computeReadStamp(stream.facts, this.settledUntil(), Date.now())) : [];
    return { listed, stream, isOurs, facts };
  }
}

/** A listed subscription, read as what would follow what is known. */
interface ListedReading {
  readonly listed: ListedSubscription;
  readonly stream: Stream;
  readonly isOurs: boolean;
  readonly facts: readonly ProviderFact[] | string;
}

function computeCompared(
  { listed, stream, isOurs, facts }: ListedReading,
  rows: CurrentRows | undefined,
  owners: Owners,
  { plans, uuidOf }: { readonly plans: PlansByPrice; readonly uuidOf: (planId: string) => string },
): Omit<ComparedSubscription, 'uuid'> {
  const { subscriptionId, customerId, endedAt } = listed;
  const ours = rows ? toComparedRows(rows.projection, uuidOf) : null;
  const refused = (refusal: string | null) =>
    ({ subscriptionId, customerId, endedAt, isOurs, ours, theirs: null, refusal }) as const;
  if (!isOurs) return refused(null);
  if (typeof facts === 'string') return refused(facts);
  const { outcomes, state } = computeEffects(stream, facts, plans, computePriceWakeKey);
  const failed = [...outcomes.values()].find((outcome) => outcome.result === 'failed');
  if (failed) return refused(failed.error);
  const projection = computeProjection(state, plans);
  if (!projection) return refused('it says nothing of itself.');
  const owner = rows ?? owners.assign(stream, state);
  if (typeof owner === 'string') return refused(owner);
  return { ...refused(null), theirs: toComparedRows(projection, uuidOf) };
}

/** Of a subscription that nobody has heard of. */
const newStream = (provider: ProviderName, { subscriptionId, customerId }: ListedSubscription): Stream => ({
  id: '',
  provider,
  subscriptionId,
  customerId,
  base: null,
  baseUntil: null,
  facts: [],
});
