const LIMIT = 240;
const WINDOW_MILLISECONDS = 60_000;

/** Counts the calls of a minute of the machine's time, as Dodo's headers tell them. Nobody is refused: a fault does that. */
export class RateWindow {
  private startedAt = 0;
  private used = 0;

  headers(now = Date.now()): Record<string, string> {
    if (now - this.startedAt >= WINDOW_MILLISECONDS) {
      this.startedAt = now;
      this.used = 0;
    }
    this.used += 1;
    return {
      'x-ratelimit-limit': String(LIMIT),
      'x-ratelimit-remaining': String(Math.max(0, LIMIT - this.used)),
      'x-ratelimit-reset': String(Math.ceil((this.startedAt + WINDOW_MILLISECONDS) / 1000)),
    };
  }
}
