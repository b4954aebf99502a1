import { AsyncLocalStorage } from 'node:async_hooks';
import type { Stripe } from 'stripe';
import type { ProviderCallObserver } from '../provider-call-observer.js';
import { toProviderError } from './stripe-errors.js';

/**
 * One repetition: enough for a connection that died while idle, or one lost answer. More would hold a customer's request
 * beyond half a minute (10 s each), and what is behind us (jobs, the inbox) tries again later anyway.
 */
const RETRIES = 1;

type Call<Result> = (client: Stripe, options: Stripe.RequestOptions) => Promise<Result>;

/** Every call to Stripe goes through here: retries, idempotency, errors, metrics. */
export class StripeCalls {
  /** Counts the requests of one call, because an error tells only about the last of them. */
  private readonly attempts = new AsyncLocalStorage<{ count: number }>();

  constructor(
    private readonly client: Stripe,
    private readonly observer: ProviderCallObserver,
  ) {
    client.on('request', () => {
      const attempts = this.attempts.getStore();
      if (attempts) attempts.count += 1;
    });
  }

  /** A read changes nothing, so it may be repeated. @throws ProviderError */
  read<Result>(operation: string, call: Call<Result>): Promise<Result> {
    return this.run(operation, call, { maxNetworkRetries: RETRIES });
  }

  /**
   * A write is repeated only under our key, so that Stripe performs it once and gives the same answer again.
   *
   * @param idempotencyKey always made from the request's own id and its parameters (see `idempotencyKey`)
   * @throws ProviderError
   */
  write<Result>(operation: string, idempotencyKey: string, call: Call<Result>): Promise<Result> {
    return this.run(operation, call, { maxNetworkRetries: RETRIES, idempotencyKey });
  }

  /** A write that harms nobody when it happens twice and must be fresh each time. @throws ProviderError */
  writeOnce<Result>(operation: string, call: Call<Result>): Promise<Result> {
    return this.run(operation, call, { maxNetworkRetries: 0 });
  }

  private run<Result>(operation: string, call: Call<Result>, options: Stripe.RequestOptions): Promise<Result> {
    const attempts = { count: 0 };
    return this.observer.observe('stripe', operation, () =>
      this.attempts.run(attempts, async () => {
        try {
          return await call(this.client, options);
        } catch (error) {
          throw toProviderError(error, operation, attempts.count);
        }
      }),
    );
  }
}
