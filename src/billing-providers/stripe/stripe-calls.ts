import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Stripe } from 'stripe';
import type { ProviderCallObserver } from '../provider-call-observer.js';
import {
  declineOf,
  isMissing,
  isStoredFailure,
  mayBeRepeated,
  toProviderError,
  wasNeverSent,
  type Declined,
} from './stripe-errors.js';

export { Declined } from './stripe-errors.js';

/**
 * A call is repeated once: enough for a connection that died while idle, or one lost answer. More would hold a customer's
 * request beyond half a minute (10 s each), and what is behind us (jobs, the inbox) tries again later anyway.
 */
const PAUSE_MILLISECONDS = 500;

type Call<Result> = (client: Stripe, options: Stripe.RequestOptions) => Promise<Result>;

/** Requests of one call that may have reached Stripe. */
interface Sent {
  count: number;
}

/** Every call to Stripe goes through here: repetition, idempotency, errors, metrics. */
export class StripeCalls {
  /** The SDK repeats a closed connection by itself, and an error tells only about the last request. */
  private readonly sent = new AsyncLocalStorage<Sent>();

  constructor(
    private readonly client: Stripe,
    private readonly observer: ProviderCallObserver,
  ) {
    client.on('request', () => {
      const sent = this.sent.getStore();
      if (sent) sent.count += 1;
    });
  }

  /** A read changes nothing, so it may be repeated. @throws ProviderError */
  read<Result>(operation: string, call: Call<Result>): Promise<Result> {
    const once = () => call(this.client, {});
    return this.run(operation, once, once);
  }

  /** @returns undefined when nothing is there by that id. @throws ProviderError */
  readOrMiss<Result>(operation: string, call: Call<Result>): Promise<Result | undefined> {
    return this.read(operation, (client, options) =>
      call(client, options).catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      }),
    );
  }

  /**
   * A write is repeated only under our key, so that Stripe performs it once and gives the same answer again.
   *
   * Stripe also keeps its own failures under the key (docs.stripe.com/api/idempotent_requests). One that is older than this
   * call would be all the answer we ever get, so the call is then made under a new key. That is safe here because callers
   * read what is there before they write what is missing.
   *
   * @param key made of the request's own id and the parameters: see `idempotencyKey`
   * @throws ProviderError
   */
  write<Result>(operation: string, key: string, call: Call<Result>): Promise<Result> {
    const under = (idempotencyKey: string) => call(this.client, { idempotencyKey });
    return this.run(
      operation,
      () => under(key),
      (failure) => under(isStoredFailure(failure) ? `${key}:${randomUUID()}` : key),
    );
  }

  /**
   * A write that moves money: at most one repetition, and only under the very same key, whatever Stripe keeps under it.
   *
   * A failure that Stripe stored (a 500, say) may hide a charge that was made, so unlike `write` this never goes on under a
   * new key: what is unknown stays unknown until it is read. The key is the attempt's own, without its parameters: Stripe
   * then refuses another command under the same attempt instead of charging twice.
   *
   * @param key `{attemptId}`, or `{attemptId}:{step}`
   * @returns what was made, or why the customer's bank (or Stripe, for the method) said no: an answer, not an error
   * @throws ProviderError
   */
  money<Result>(operation: string, key: string, call: Call<Result>): Promise<Result | Declined> {
    const under = () =>
      call(this.client, { idempotencyKey: key, maxNetworkRetries: 0 }).catch((failure: unknown) => {
        const declined = declineOf(failure);
        if (declined) return declined;
        throw failure;
      });
    return this.run(operation, under, under);
  }

  /** A write that harms nobody when it happens twice and must be fresh each time. @throws ProviderError */
  writeOnce<Result>(operation: string, call: Call<Result>): Promise<Result> {
    return this.run(operation, () => call(this.client, {}));
  }

  private run<Result>(
    operation: string,
    call: () => Promise<Result>,
    repeat?: (failure: unknown) => Promise<Result>,
  ): Promise<Result> {
    const sent: Sent = { count: 0 };
    return this.observer.observe('stripe', operation, () =>
      this.sent.run(sent, async () => {
        try {
          return await call().catch((failure: unknown) => {
            if (!repeat || !mayBeRepeated(failure)) throw failure;
            if (wasNeverSent(failure, sent.count)) sent.count = 0;
            return pause(PAUSE_MILLISECONDS).then(() => repeat(failure));
          });
        } catch (error) {
          throw toProviderError(error, operation, sent.count);
        }
      }),
    );
  }
}
