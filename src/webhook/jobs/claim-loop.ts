import { Logger } from '@nestjs/common';

const SHORTEST_BACKOFF_MILLISECONDS = 500;
const LONGEST_BACKOFF_MILLISECONDS = 30_000;

/**
 * Repeats `work` while it finds something to do, sleeps until it is woken or the poll is due when it does not, and
 * backs off while it throws (the database is away). Never ends by itself.
 */
export class ClaimLoop {
  private readonly logger = new Logger(ClaimLoop.name);
  private running?: Promise<void>;
  private stopping = false;
  private woken = false;
  private failures = 0;
  private endSleep?: () => void;

  constructor(
    private readonly name: string,
    /** @returns whether there may be more */
    private readonly work: () => Promise<boolean>,
    private readonly pollMilliseconds: number,
  ) {}

  start(): void {
    this.running = this.run();
  }

  /** There may be something to do. */
  wake(): void {
    this.woken = true;
    if (this.failures === 0) this.endSleep?.();
  }

  /** Resolves when the work in hand is done. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.endSleep?.();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      this.woken = false; // before looking: a signal from here on is about something that the look may miss
      const busy = await this.workOnce();
      if (busy || this.stopping) continue;
      if (this.failures > 0) await this.sleep(this.computeBackoff());
      else if (!this.woken) await this.sleep(this.pollMilliseconds);
    }
  }

  private async workOnce(): Promise<boolean> {
    try {
      const busy = await this.work();
      if (this.failures > 0) this.logger.log({ message: `${this.name} goes on`, failures: this.failures });
      this.failures = 0;
      return busy;
    } catch (error) {
      if (this.failures === 0) this.logger.error({ message: `${this.name} is interrupted`, err: error });
      this.failures += 1;
      return false;
    }
  }

  private computeBackoff(): number {
    const backoff = SHORTEST_BACKOFF_MILLISECONDS * 2 ** Math.min(this.failures - 1, 10);
    return Math.min(backoff, LONGEST_BACKOFF_MILLISECONDS) * (0.75 + Math.random() / 2);
  }

  private sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.endSleep?.(), milliseconds);
      this.endSleep = () => {
        clearTimeout(timer);
        this.endSleep = undefined;
        resolve();
      };
    });
  }
}
