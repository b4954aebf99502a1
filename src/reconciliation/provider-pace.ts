import { setTimeout as pause } from 'node:timers/promises';
import { ProviderError } from '../billing-providers/index.js';

/** The provider takes no calls for now, the process is about to end, or somebody else goes on: the run is let go of where it is. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(
    readonly why: 'rate_limited' | 'stopping' | 'taken_over',
    /** For how long the provider wants to be left alone, where it says so. */
    readonly pauseSeconds = 0,
  ) {
    super(why);
  }
}

/** Refusals in a row that are waited for. */
const MOST_REFUSALS = 5;
/** A wait is well within the lease of a run; whoever asks for more is left alone, and the run goes on later. */
const LONGEST_WAIT_MILLISECONDS = 60_000;

/** How long to wait after so many refusals in a row, where the provider does not say. */
export const computeWait = (pauseMilliseconds: number, refusals: number, retryAfterSeconds?: number): number =>
  Math.min(
    LONGEST_WAIT_MILLISECONDS,
    retryAfterSeconds === undefined ? pauseMilliseconds * 2 ** (refusals + 1) : retryAfterSeconds * 1_000,
  );

/**
 * The calls of one run, one after the other and with a pause between them, so that customers find the provider's rate limit
 * unused. A refusal (429) is waited for as long as the provider asks.
 */
export class ProviderPace {
  private last = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly pauseMilliseconds: number,
    /** Aborted when the process is about to end. */
    private readonly signal: AbortSignal,
    private readonly mostRefusals = MOST_REFUSALS,
    /** Before each call: a page may take many, and whoever works on it says that they still do. */
    private readonly stillWorking: () => Promise<void> = () => Promise.resolve(),
  ) {}

  /** For a person who waits for the answer: one call, now. */
  static withoutWaiting(): ProviderPace {
    return new ProviderPace(0, new AbortController().signal, 0);
  }

  /** @throws Interrupted, and what `call` throws but refusals for the rate */
  async call<Result>(call: () => Promise<Result>): Promise<Result> {
    for (let refusals = 0; ; refusals += 1) {
      await this.wait(this.last + this.pauseMilliseconds - performance.now());
      await this.stillWorking();
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof ProviderError) || !error.details.isRateLimited) throw error;
        const { retryAfterSeconds = 0 } = error.details;
        const isLong = retryAfterSeconds * 1_000 > LONGEST_WAIT_MILLISECONDS;
        if (isLong || refusals >= this.mostRefusals) throw new Interrupted('rate_limited', retryAfterSeconds);
        await this.wait(computeWait(this.pauseMilliseconds, refusals, error.details.retryAfterSeconds));
      } finally {
        this.last = performance.now();
      }
    }
  }

  private async wait(milliseconds: number): Promise<void> {
    if (this.signal.aborted) throw new Interrupted('stopping');
    if (milliseconds <= 0) return;
    await pause(milliseconds, undefined, { signal: this.signal }).catch(() => {
      throw new Interrupted('stopping');
    });
  }
}
