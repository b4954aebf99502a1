import { Logger } from '@nestjs/common';
import { WebhookDeliverer } from '../delivery/webhook-deliverer.js';
import { FaultBoard } from '../faults/fault-board.js';
import { Agenda } from './agenda.js';
import { VirtualClock } from './virtual-clock.js';

const TICK_MILLISECONDS = 250;

export interface ClockStep {
  readonly seconds?: number;
  readonly days?: number;
  readonly to?: Date;
}

export class ClockStepError extends Error {}

/**
 * Runs due work in the order of its time. Between two different moments it waits for the first try of the webhooks that
 * the earlier one caused: an hour lies between a switch and its invoice, so the receiver has long seen the switch.
 */
export class TimeKeeper {
  private readonly logger = new Logger('SandboxClock');
  private turn: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly clock: VirtualClock,
    private readonly agenda: Agenda,
    private readonly deliverer: WebhookDeliverer,
    private readonly faults: FaultBoard,
    private readonly changed: () => void,
  ) {}

  start(): void {
    if (this.clock.frozen) return;
    this.timer = setInterval(() => this.tick(), TICK_MILLISECONDS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.turn.catch(() => undefined);
  }

  advance(step: ClockStep): Promise<void> {
    return this.queue(async () => {
      const now = this.clock.milliseconds();
      const target = step.to?.getTime() ?? now + (step.days ?? 0) * 86_400_000 + (step.seconds ?? 0) * 1000;
      if (!Number.isFinite(target) || target < now) throw new ClockStepError('The clock only moves forward');
      await this.runUntil(target);
    });
  }

  private tick(): void {
    const next = this.agenda.next();
    if (!next || next.at > this.clock.milliseconds()) return;
    this.queue(() => this.runUntil(this.clock.milliseconds())).catch((error: unknown) => this.logger.error(error));
  }

  private queue(work: () => Promise<void>): Promise<void> {
    const result = this.turn.catch(() => undefined).then(work);
    this.turn = result;
    return result;
  }

  private async runUntil(target: number): Promise<void> {
    const holdsDeliveries = this.faults.reordersWholeSteps();
    if (holdsDeliveries) this.deliverer.hold();
    try {
      for (let next = this.agenda.next(); next && next.at <= target; next = this.agenda.next()) {
        this.clock.pin(next.at);
        this.runAllOf(next.at);
        if (!holdsDeliveries) await this.deliverer.firstTries();
      }
    } finally {
      this.clock.unpin();
      this.clock.moveTo(target);
      if (holdsDeliveries) this.deliverer.release();
      this.changed();
    }
    await this.deliverer.firstTries();
  }

  private runAllOf(at: number): void {
    for (let work = this.agenda.next(); work && work.at <= at; work = this.agenda.next()) this.agenda.run(work);
  }
}
