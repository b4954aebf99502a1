import { Injectable, Logger } from '@nestjs/common';
import type { SavedCard } from '../billing-providers/index.js';
import { Clock } from '../common/clock/index.js';
import type { Tx } from '../common/database/index.js';
import { Config } from '../config/index.js';
import { computeDestination, type Destination } from './domain/advance.js';
import type { FunnelVersion } from './domain/funnel.js';
import { isKept, type SaleItem } from './domain/sale-item.js';
import type { Sale } from './domain/sale.js';
import { computeLapse, type Lapse, type Session } from './domain/session.js';
import { toStepEvent } from './domain/upsell-event.js';
import { FunnelService } from './funnel.service.js';
import { MerchantMessages } from './merchant-messages.js';
import { EventRepository } from './persistence/event.repository.js';
import { SaleItemRepository } from './persistence/sale-item.repository.js';
import { SaleRepository } from './persistence/sale.repository.js';
import { SessionRepository } from './persistence/session.repository.js';
import { Showcase } from './showcase.js';

/** Where a customer comes to next, and the end of the way. The session is locked, then its sale. */
@Injectable()
export class SessionProgress {
  private readonly logger = new Logger(SessionProgress.name);

  constructor(
    private readonly config: Config,
    private readonly funnels: FunnelService,
    private readonly showcase: Showcase,
    private readonly sessions: SessionRepository,
    private readonly sales: SaleRepository,
    private readonly items: SaleItemRepository,
    private readonly events: EventRepository,
    private readonly messages: MerchantMessages,
    private readonly clock: Clock,
  ) {}

  /**
   * Begins the session of a new sale, if something is offered after it; otherwise the sale is over at once. After a
   * cross-sell nothing is: it is an offer itself.
   *
   * @param methods cards of the customer; null: not read yet
   */
  async begin(tx: Tx, sale: Sale, main: SaleItem, methods: readonly SavedCard[] | null): Promise<Session | undefined> {
    const version = sale.source === 'cross_sell' ? undefined : await this.resolve(tx, sale);
    const destination = version ? await this.find(tx, sale, version, 0) : END;
    if (!version || destination.kind === 'end') {
      await this.finish(tx, sale);
      return undefined;
    }
    const now = this.clock.now();
    const isStep = destination.kind === 'step';
    const session = await this.sessions.insert(tx, {
      saleId: sale.id,
      saleItemId: main.id,
      userId: sale.userId,
      versionId: version.id,
      status: isStep ? 'open' : 'completed',
      stepPosition: isStep ? destination.step.position : null,
      offeredOfferIds: isStep ? destination.offerIds : [],
      methods,
      redirectUrl: isStep ? null : destination.url,
      expiresAt: new Date(now.getTime() + this.config.upsell.sessionMinutes * 60_000),
      closedAt: isStep ? null : now,
    });
    if (!isStep) await this.finish(tx, sale);
    tx.afterCommit(() => this.log('an upsell session began', session));
    return session;
  }

  /** Brings the customer to the first step from `position` on that has something to show, else to the end. */
  async goTo(tx: Tx, session: Session, sale: Sale, position: number | null): Promise<Session> {
    const version = await this.funnels.loadVersion(session.versionId, tx);
    const destination = await this.find(tx, sale, version, position);
    const fresh = { stepExpiresAt: null, chargeAttemptId: null, lastFailure: null };
    if (destination.kind === 'step') {
      const { step, offerIds } = destination;
      return this.sessions.move(tx, session, {
        ...fresh,
        status: 'open',
        stepPosition: step.position,
        offeredOfferIds: offerIds,
      });
    }
    const redirectUrl = destination.kind === 'external' ? destination.url : null;
    return this.end(tx, session, sale, 'completed', redirectUrl);
  }

  /** Closes an open session whose time is over or whose funnel was killed, or leaves a step whose time is over. */
  async lapse(tx: Tx, session: Session, sale: Sale): Promise<Lapse> {
    const isKilled = await this.funnels.isKilled(session.versionId, tx);
    const lapse = computeLapse(session, this.clock.now(), isKilled);
    switch (lapse) {
      case 'none':
        return lapse;
      case 'killed':
        await this.end(tx, session, sale, 'killed', null);
        return lapse;
      case 'expired':
        await this.appendExpiry(tx, session, 'session');
        await this.end(tx, session, sale, 'expired', null);
        return lapse;
      case 'step_expired': {
        await this.appendExpiry(tx, session, 'step');
        const version = await this.funnels.loadVersion(session.versionId, tx);
        const step = version.steps.find(({ position }) => position === session.stepPosition);
        await this.goTo(tx, session, sale, step?.nextOnDecline ?? null);
        return lapse;
      }
      default:
        return lapse satisfies never;
    }
  }

  /** What was shown may have been bought elsewhere since, or is sold no more: then something else is shown. */
  async refresh(tx: Tx, session: Session, sale: Sale): Promise<void> {
    if (session.status !== 'open') return;
    const version = await this.funnels.loadVersion(session.versionId, tx);
    const destination = await this.find(tx, sale, version, session.stepPosition);
    if (destination.kind !== 'step' || destination.step.position !== session.stepPosition) {
      await this.goTo(tx, session, sale, session.stepPosition);
      return;
    }
    await this.sessions.move(tx, session, { status: 'open', offeredOfferIds: destination.offerIds });
  }

  /**
   * Ends an open session whose sale was given back or is fought over: nothing is sold on top of it. Asked for by whoever changes
   * the one or opens the other, with both locked.
   */
  async endIfReturned(tx: Tx, session: Session, sale: Sale): Promise<void> {
    if (session.status !== 'open' || isKept(await this.items.findMain(tx, sale.id))) return;
    await this.end(tx, session, sale, 'killed', null);
  }

  private async resolve(tx: Tx, { offerId }: Sale): Promise<FunnelVersion | undefined> {
    const { product } = await this.showcase.loadBought(offerId, tx);
    return this.funnels.resolve(tx, { offerId, productId: product?.id ?? null });
  }

  private async find(tx: Tx, sale: Sale, version: FunnelVersion, position: number | null): Promise<Destination> {
    const offerIds = [...new Set(version.steps.flatMap((step) => step.offerIds))];
    const shown = await this.showcase.load(sale, offerIds, { tx, withHistory: true });
    const leftOut = offerIds.filter((offerId) => !shown.has(offerId));
    const owned = leftOut.length > 0 ? await this.showcase.findOwned(sale, leftOut, tx) : new Set<string>();
    return computeDestination(
      version.steps,
      position,
      (step, offerId) => this.showcase.isShowable(sale, step, shown.get(offerId)),
      (offerId) => owned.has(offerId),
    );
  }

  private async end(
    tx: Tx,
    session: Session,
    sale: Sale,
    status: 'completed' | 'expired' | 'killed',
    redirectUrl: string | null,
  ): Promise<Session> {
    const ended = await this.sessions.move(tx, session, {
      status,
      stepPosition: null,
      offeredOfferIds: [],
      stepExpiresAt: null,
      chargeAttemptId: null,
      lastFailure: null,
      redirectUrl,
      closedAt: this.clock.now(),
    });
    await this.finish(tx, sale);
    tx.afterCommit(() => this.log(`an upsell session is ${status}`, ended));
    return ended;
  }

  /** Nothing will be offered any more, and nothing is under way: a session that is charging is not over. */
  private async finish(tx: Tx, sale: Sale): Promise<void> {
    const finalized = await this.sales.move(tx, sale.id, 'finalized');
    if (finalized) await this.messages.sale(tx, 'sale.finalized', finalized);
    const closed = await this.sales.close(tx, sale.id, this.clock.now());
    if (closed) await this.messages.sale(tx, 'sale.closed', closed);
  }

  private async appendExpiry(tx: Tx, session: Session, reason: 'session' | 'step'): Promise<void> {
    const { stepPosition } = session;
    if (stepPosition === null) return;
    const happened = { stepPosition, type: 'expiry', reason, occurredAt: this.clock.now() } as const;
    await this.events.append(tx, toStepEvent(session, happened));
  }

  private log(message: string, session: Session): void {
    this.logger.log({ message, session_uuid: session.uuid, step: session.stepPosition });
  }
}

const END: Destination = { kind: 'end' };
