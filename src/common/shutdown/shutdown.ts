import { once, setMaxListeners } from 'node:events';
import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Config } from '../../config/index.js';

/** From when nobody is waited for any more: enough to record what is known, and to answer. */
const LAST_WORDS_MILLISECONDS = 3_000;
const OVERDUE_MILLISECONDS = 5_000;

/**
 * The end of the process, step by step, for all who must not be interrupted in the middle. Each step begins at a fixed time
 * after the signal to stop, whatever hangs.
 */
@Injectable()
export class Shutdown implements OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger(Shutdown.name);
  private readonly steps = {
    begin: new AbortController(),
    close: new AbortController(),
    giveUp: new AbortController(),
    cut: new AbortController(),
    end: new AbortController(),
  };
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(private readonly config: Config) {
    // Each call to a provider waits for a step: Node.js takes more than ten listeners for a leak, and warns.
    for (const { signal } of Object.values(this.steps)) setMaxListeners(0, signal);
  }

  /** At once: the process is not ready any more, and takes no more work by itself. Requests are still answered. */
  readonly begun = this.steps.begin.signal;
  /** After SHUTDOWN_DELAY_SECONDS: no more connections. */
  readonly closing = this.steps.close.signal;
  /** SHUTDOWN_DRAIN_SECONDS later: nobody is waited for any more, no payment provider either. */
  readonly givenUp = this.steps.giveUp.signal;
  /** A moment later, in which that was recorded and answered: whatever is still under way is cut off. */
  readonly cut = this.steps.cut.signal;
  /** All should have ended by now. */
  readonly overdue = this.steps.end.signal;

  /** Waits for nothing: all others are told in this phase too, one after the other. */
  onModuleDestroy(): void {
    if (this.begun.aborted) return;
    const { delaySeconds, drainSeconds } = this.config.shutdown;
    this.logger.log({ message: 'stopping', delay_seconds: delaySeconds, drain_seconds: drainSeconds });
    const closing = delaySeconds * 1_000;
    const givenUp = closing + drainSeconds * 1_000;
    this.steps.begin.abort();
    this.after(closing, this.steps.close);
    this.after(givenUp, this.steps.giveUp);
    this.after(givenUp + LAST_WORDS_MILLISECONDS, this.steps.cut);
    this.after(givenUp + LAST_WORDS_MILLISECONDS + OVERDUE_MILLISECONDS, this.steps.end);
  }

  /** Nest closes the server once this phase is over, which a process with nothing under way comes to at once. */
  async beforeApplicationShutdown(): Promise<void> {
    if (!this.closing.aborted) await once(this.closing, 'abort');
  }

  onApplicationShutdown(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  /** What `work` comes to; or what `instead` makes is thrown once nobody is waited for, and `work` is left to itself. */
  async waitFor<Result>(work: Promise<Result>, instead: () => Error): Promise<Result> {
    return this.until(this.givenUp, work, instead);
  }

  /** Whether `work` ends before it is cut off. */
  async isDoneInTime(work: Promise<unknown>): Promise<boolean> {
    const late = new Error('cut off');
    return this.until(this.cut, work, () => late).then(
      () => true,
      (error: unknown) => error !== late,
    );
  }

  private async until<Result>(signal: AbortSignal, work: Promise<Result>, instead: () => Error): Promise<Result> {
    const done = new AbortController();
    const aborted = new Promise<never>((_resolve, reject) => {
      const onAbort = (): void => reject(instead());
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true, signal: done.signal });
    });
    try {
      return await Promise.race([work, aborted]);
    } finally {
      done.abort(); // takes the listener away
    }
  }

  private after(milliseconds: number, step: AbortController): void {
    if (milliseconds === 0) step.abort();
    else this.timers.push(setTimeout(() => step.abort(), milliseconds).unref());
  }
}
