import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from './clock.js';

const POLL_MILLISECONDS = 500;

/**
 * Follows a virtual clock that answers `GET url` with `{ "now": ISO 8601 }`, so that a demonstration can move months in
 * seconds. The configuration refuses it in production.
 */
export class FollowedClock extends Clock implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(FollowedClock.name);
  private offsetMilliseconds = 0;
  private timer?: NodeJS.Timeout;
  private reachable = true;

  constructor(private readonly url: string) {
    super();
  }

  now(): Date {
    return new Date(Date.now() + this.offsetMilliseconds);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.follow();
    this.timer = setInterval(() => void this.follow(), POLL_MILLISECONDS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async follow(): Promise<void> {
    try {
      const response = await fetch(this.url, { signal: AbortSignal.timeout(2_000) });
      const { now } = (await response.json()) as { now: string };
      this.offsetMilliseconds = new Date(now).getTime() - Date.now();
      this.reachable = true;
    } catch (error) {
      // The last known offset stays: said once, not twice a second.
      if (this.reachable) this.logger.warn({ message: 'the virtual clock cannot be read', error: String(error) });
      this.reachable = false;
    }
  }
}
