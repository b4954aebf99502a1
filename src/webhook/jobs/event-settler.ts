import { Injectable, Logger } from '@nestjs/common';
import { BillingProviderRegistry, UnreadablePayloadError, type ProviderName } from '../../billing-providers/index.js';
import { Clock } from '../../common/clock/index.js';
import { isDatabaseUnavailable, UnitOfWork, type Tx } from '../../common/database/index.js';
import { withLogFields, type LogFields } from '../../common/observability/index.js';
import { SubscriptionService, type FactOutcome } from '../../subscription/index.js';
import { MoneyEvents } from '../../upsell/index.js';
import { paymentIdOf, subscriptionIdOf, toDispatch, type Dispatch } from '../domain/dispatch.js';
import { toStorableText } from '../domain/received-event.js';
import { computeRetryDelay } from '../domain/retry.js';
import { completed, failed, quarantined, toSettlement, type Settlement } from '../domain/settlement.js';
import { ClaimRepository, type ClaimedEvent, type SettlementRow } from '../persistence/claim.repository.js';
import { WebhookMetrics } from '../webhook-metrics.js';
import { toErrorText } from './failure.js';

const LONGEST_ERROR = 2_000;
/** How long interpreting may hold the process before requests get their turn. */
const TURN_MILLISECONDS = 10;

/** A claimed event, and where it goes. */
interface Interpreted {
  readonly event: ClaimedEvent;
  readonly dispatch: Dispatch;
  /** A bounded word for metrics: types that we do not act on are `other`. */
  readonly typeLabel: string;
}

interface Settled {
  readonly interpreted: Interpreted;
  readonly settlement: Settlement;
  readonly row: SettlementRow;
}

/** Turns the events of one claim into state and settles them, together if it can be, else each as it deserves. */
@Injectable()
export class EventSettler {
  private readonly logger = new Logger(EventSettler.name);

  constructor(
    private readonly providers: BillingProviderRegistry,
    private readonly subscriptions: SubscriptionService,
    private readonly money: MoneyEvents,
    private readonly claims: ClaimRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly metrics: WebhookMetrics,
  ) {}

  /** @throws only when the database is not available; then the claim is still held */
  async settle(token: string, events: readonly ClaimedEvent[]): Promise<void> {
    this.metrics.batchTaken(events.length);
    const interpreted: Interpreted[] = [];
    let turnEnds = performance.now() + TURN_MILLISECONDS;
    for (const event of events) {
      interpreted.push(this.interpret(event));
      if (performance.now() < turnEnds) continue;
      await new Promise((resolve) => setImmediate(resolve));
      turnEnds = performance.now() + TURN_MILLISECONDS;
    }
    await this.settleTogether(token, interpreted);
  }

  private interpret(event: ClaimedEvent): Interpreted {
    const nobody = (settlement: Settlement): Interpreted => ({
      event,
      dispatch: { to: 'nobody', settlement },
      typeLabel: 'other',
    });
    try {
      const provider = this.providers.get(event.provider as ProviderName);
      if (event.livemode !== provider.livemode) return nobody(completed('livemode_mismatch'));
      const normalised = provider.normalise(event.payload, { eventId: event.providerEventId });
      const known = normalised.kind !== 'unsupported';
      return { event, dispatch: toDispatch(normalised), typeLabel: known ? event.eventType : 'other' };
    } catch (error) {
      if (error instanceof UnreadablePayloadError) return nobody(quarantined(error.message));
      const interpreted = nobody(failed(toErrorText(error)));
      this.logError(interpreted, error);
      return interpreted;
    }
  }

  /**
   * One transaction for all of them. If it fails, each half gets one of its own, down to the event that is to blame: a
   * poisonous event among two hundred costs some fifteen transactions, and delays nobody.
   */
  private async settleTogether(token: string, events: readonly Interpreted[]): Promise<void> {
    try {
      const work = () => this.unitOfWork.run((tx) => this.applyAndSettle(tx, token, events));
      const [first] = events;
      this.report(await (first && events.length === 1 ? withLogFields(logFieldsOf(first), work) : work()));
    } catch (error) {
      if (isDatabaseUnavailable(error)) throw error;
      const [first] = events;
      if (events.length === 1 && first) return this.fail(token, first, error);
      const middle = Math.ceil(events.length / 2);
      await this.settleTogether(token, events.slice(0, middle));
      await this.settleTogether(token, events.slice(middle));
    }
  }

  private async fail(token: string, interpreted: Interpreted, error: unknown): Promise<void> {
    this.logError(interpreted, error);
    const settled = this.toSettled(interpreted, failed(toErrorText(error)));
    this.report(await this.unitOfWork.run((tx) => this.keepSettled(tx, token, [settled])));
  }

  private async applyAndSettle(tx: Tx, token: string, events: readonly Interpreted[]): Promise<Settled[]> {
    const settlements = await this.applyFacts(tx, events);
    for (const { event, dispatch } of events) {
      if (dispatch.to === 'nobody') settlements.set(event.id, dispatch.settlement);
      if (dispatch.to !== 'fetch') continue;
      const outcome = await this.subscriptions.requestFetch(tx, dispatch.subject);
      settlements.set(event.id, toSettlement(outcome, 'fetch_requested'));
    }
    const settled = events.map((one) => this.toSettled(one, settlements.get(one.event.id) as Settlement));
    return this.keepSettled(tx, token, settled);
  }

  private async applyFacts(tx: Tx, events: readonly Interpreted[]): Promise<Map<string, Settlement>> {
    const facts = events.flatMap(({ event, dispatch }) =>
      dispatch.to === 'subscription' ? [{ id: event.id, fact: dispatch.fact }] : [],
    );
    const money = events.flatMap(({ event, dispatch }) =>
      dispatch.to === 'upsell' ? [{ id: event.id, fact: dispatch.fact }] : [],
    );
    return new Map([
      ...(await settleEach(facts, (all) => this.subscriptions.applyFacts(tx, all))),
      ...(await settleEach(money, (all) => this.money.apply(tx, all))),
    ]);
  }

  /** Only what is still ours is reported; the rest is settled by whoever has taken it since. */
  private async keepSettled(tx: Tx, token: string, settled: readonly Settled[]): Promise<Settled[]> {
    const rows = settled.map(({ row }) => row);
    const ids = await this.claims.settleEvents(tx, token, rows);
    return settled.filter(({ row }) => ids.has(row.id));
  }

  private toSettled(interpreted: Interpreted, settlement: Settlement): Settled {
    const { id, attempts } = interpreted.event;
    const isFailed = settlement.status === 'failed';
    const delay = isFailed && settlement.retried ? computeRetryDelay(attempts, Math.random()) : undefined;
    const row: SettlementRow = {
      id,
      status: settlement.status,
      outcome: settlement.outcome,
      error: isFailed ? toStorableText(settlement.error, LONGEST_ERROR) : null,
      waitingFor: settlement.waitingFor,
      nextAttemptAt: delay === undefined ? null : new Date(this.clock.now().getTime() + delay * 1_000),
    };
    return { interpreted, settlement, row };
  }

  private report(settled: readonly Settled[]): void {
    for (const { interpreted, settlement, row } of settled) {
      const { event, typeLabel } = interpreted;
      this.metrics.eventSettled(typeLabel, settlement, event.createdAt);
      if (row.status !== 'failed') continue;
      withLogFields(logFieldsOf(interpreted), () =>
        this.logger.warn({
          message: `webhook event failed: ${row.error}`,
          inbox_id: event.id,
          event_type: event.eventType,
          attempts: event.attempts,
          next_attempt_at: row.nextAttemptAt,
          waiting_for: row.waitingFor,
        }),
      );
    }
  }

  private logError(interpreted: Interpreted, error: unknown): void {
    const message = 'unexpected error while a webhook event was handled';
    withLogFields(logFieldsOf(interpreted), () =>
      this.logger.error({ message, inbox_id: interpreted.event.id, err: error }),
    );
  }
}

/** Applies the facts of these events together. @returns the settlement of each event, by its id */
async function settleEach<Fact>(
  events: readonly { readonly id: string; readonly fact: Fact }[],
  apply: (facts: readonly Fact[]) => Promise<readonly FactOutcome[]>,
): Promise<[string, Settlement][]> {
  if (events.length === 0) return [];
  const outcomes = await apply(events.map(({ fact }) => fact));
  return events.map(({ id }, position) => {
    const outcome = outcomes[position];
    if (outcome === undefined) throw new Error('fewer facts were answered for than were given');
    return [id, toSettlement(outcome, 'applied')];
  });
}

const logFieldsOf = ({ event, dispatch }: Interpreted): LogFields => ({
  event_id: event.providerEventId,
  subscription_id: subscriptionIdOf(dispatch),
  payment_id: paymentIdOf(dispatch),
});
