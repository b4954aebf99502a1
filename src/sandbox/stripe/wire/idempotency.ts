import { createHash } from 'node:crypto';
import { VirtualClock } from '../../clock/virtual-clock.js';
import type { IdempotentAnswer, StripeStore } from '../objects/stripe-store.js';
import { StripeApiError } from './stripe-error.js';

const KEPT_SECONDS = 24 * 3600;

const idempotencyError = (status: number, message: string, code?: string): StripeApiError =>
  new StripeApiError(status, { type: 'idempotency_error', message, ...(code ? { code } : {}) }).notRemembered();

/** Stripe's rule for `Idempotency-Key`: replay, refuse other parameters, refuse a concurrent call. */
export class Idempotency {
  private readonly running = new Set<string>();

  constructor(
    private readonly store: StripeStore,
    private readonly clock: VirtualClock,
  ) {}

  /** The remembered answer; undefined when the call has to run. */
  begin(key: string, request: string): IdempotentAnswer | undefined {
    if (key.length > 255) throw idempotencyError(400, 'Idempotency keys are limited to 255 characters.');
    if (this.running.has(key))
      throw idempotencyError(
        409,
        `There is currently another in-progress request using this Idempotent Key: ${key}.`,
        'idempotency_key_in_use',
      );
    const known = this.store.find('idempotent_answer', key);
    if (known && known.at + KEPT_SECONDS > this.clock.seconds()) {
      if (known.request === fingerprint(request)) return known;
      throw idempotencyError(
        400,
        `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
      );
    }
    this.running.add(key);
    return undefined;
  }

  remember(key: string, request: string, answer: { readonly status: number; readonly body: string }): void {
    this.store.remove('idempotent_answer', key);
    this.store.insert('idempotent_answer', {
      id: key,
      request: fingerprint(request),
      at: this.clock.seconds(),
      ...answer,
    });
  }

  end(key: string): void {
    this.running.delete(key);
  }
}

const fingerprint = (request: string): string => createHash('sha256').update(request).digest('hex');
