import { randomUUID } from 'node:crypto';
import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Clock } from '../../common/clock/index.js';
import { UnitOfWork, type Tx } from '../../common/database/index.js';
import { withLogFields } from '../../common/observability/index.js';
import { Config } from '../../config/index.js';
import { MAXIMUM_ATTEMPTS } from '../domain/retry.js';
import { ClaimRepository, type ClaimedEvent, type ClaimTerms } from '../persistence/claim.repository.js';
import { WebhookListener } from '../persistence/webhook-listener.js';
import { ClaimLoop } from './claim-loop.js';
import { EventSettler } from './event-settler.js';

export const LEASE_SECONDS = 60;
const POLL_MILLISECONDS = 2_000;
const DRAIN_MILLISECONDS = 5_000;
/** Payload per claim: memory stays bounded when all of a batch is of the largest size. */
const CLAIMED_BYTES = 16 * 1024 * 1024;
const ABANDONED = `Given up: the worker stopped ${MAXIMUM_ATTEMPTS} times while it handled this event.`;

/**
 * Takes events from the inbox and has them settled. Several claims run side by side (in this process and in others),
 * and one more loop looks after what failed or was left behind.
 */
@Injectable()
export class InboxWorker implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger(InboxWorker.name);
  private readonly loops: ClaimLoop[] = [];
  /** Tokens of the claims that are being settled. */
  private readonly held = new Set<string>();
  /**
   * Tokens of claims whose settling was cut off: given back as soon as the database answers, not when their lease
   * ends.
   */
  private readonly leftBehind = new Set<string>();
  private listener?: WebhookListener;
  private stopped: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly config: Config,
    private readonly settler: EventSettler,
    private readonly claims: ClaimRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.role === 'api') return;
    for (let number = 1; number <= this.config.webhook.parallelClaims; number++) {
      this.loops.push(new ClaimLoop(`webhook inbox ${number}`, () => this.settlePending(), POLL_MILLISECONDS));
    }
    this.loops.push(new ClaimLoop('webhook retries', () => this.settleRetry(), POLL_MILLISECONDS));
    this.listener = new WebhookListener(this.config.database.url, () => this.wake());
    this.listener.start();
    for (const loop of this.loops) loop.start();
  }

  /** Claims nothing more, from now on. */
  onModuleDestroy(): void {
    this.stopped = Promise.all([this.listener?.stop(), ...this.loops.map((loop) => loop.stop())]);
  }

  /** Before the HTTP server and the database go: finishes what is claimed, or gives it back. */
  async beforeApplicationShutdown(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, DRAIN_MILLISECONDS);
    });
    await Promise.race([this.stopped, deadline]);
    clearTimeout(timer);
    for (const token of this.held) this.leftBehind.add(token);
    await this.releaseLeftBehind().catch((error: unknown) =>
      this.logger.warn({ message: 'claimed events come back when their lease ends', error: String(error) }),
    );
  }

  /** Settles everything that is due now, in the caller's time. */
  async drain(): Promise<void> {
    while ((await this.settlePending()) || (await this.settleRetry()));
  }

  wake(): void {
    for (const loop of this.loops) loop.wake();
  }

  private settlePending(): Promise<boolean> {
    const most = { events: this.config.webhook.batchSize, bytes: CLAIMED_BYTES };
    return this.claimAndSettle((tx, terms) => this.claims.claimPending(tx, terms, most));
  }

  private async settleRetry(): Promise<boolean> {
    await this.failAbandoned();
    return this.claimAndSettle((tx, terms) => this.claims.claimRetry(tx, terms, this.clock.now()));
  }

  private async claimAndSettle(claim: (tx: Tx, terms: ClaimTerms) => Promise<ClaimedEvent[]>): Promise<boolean> {
    await this.releaseLeftBehind();
    const token = randomUUID();
    this.held.add(token); // before the claim: a commit whose answer is lost holds rows too
    try {
      const events = await this.unitOfWork.run((tx) => claim(tx, { token, leaseSeconds: LEASE_SECONDS }));
      if (events.length > 0) await this.settler.settle(token, events);
      return events.length > 0;
    } catch (error) {
      this.leftBehind.add(token);
      throw error;
    } finally {
      this.held.delete(token);
    }
  }

  private async releaseLeftBehind(): Promise<void> {
    for (const token of this.leftBehind) {
      const released = await this.unitOfWork.run((tx) => this.claims.releaseClaim(tx, token));
      this.leftBehind.delete(token);
      if (released > 0) this.logger.log({ message: 'claimed events were given back', events: released });
    }
  }

  private async failAbandoned(): Promise<void> {
    const abandoned = await this.unitOfWork.run((tx) => this.claims.failAbandoned(tx, MAXIMUM_ATTEMPTS, ABANDONED));
    for (const event of abandoned) {
      withLogFields({ event_id: event.providerEventId }, () =>
        this.logger.error({
          message: `webhook event failed: ${ABANDONED}`,
          inbox_id: event.id,
          event_type: event.eventType,
          attempts: MAXIMUM_ATTEMPTS,
        }),
      );
    }
  }
}
