import { setTimeout as pause } from 'node:timers/promises';
import type { DodoPayments } from 'dodopayments';
import { ProviderError } from '../provider-error.js';
import type { ProviderCallObserver } from '../provider-call-observer.js';
import { codeOf, Declined, isNotFound, mayBeReadAgain, toProviderError } from './dodo-errors.js';

export { Declined } from './dodo-errors.js';

export type DodoOptions = DodoPayments.RequestOptions;
export type DodoCall<Result> = (client: DodoPayments, options: DodoOptions) => Promise<Result>;

/** Milliseconds from the request to the end of the answer. */
export interface Patience {
  readonly read: number;
  readonly write: number;
  readonly money: number;
}

/** Dodo charges while we wait, and what we give up waiting for is unknown for minutes. */
const PATIENCE: Patience = { read: 10_000, write: 15_000, money: 25_000 };
const PAUSE_MILLISECONDS = 500;

/**
 * Every call to Dodo goes through here: repetition, errors, metrics. Dodo has no idempotency keys, so nothing but a reading is
 * ever sent twice.
 */
export class DodoCalls {
  constructor(
    private readonly client: DodoPayments,
    private readonly observer: ProviderCallObserver,
    private readonly patience = PATIENCE,
  ) {}

  /** Changes nothing, so it is repeated once. @throws ProviderError */
  read<Result>(operation: string, call: DodoCall<Result>): Promise<Result> {
    const once = () => this.send(this.patience.read, call).then(requireContent);
    return this.observer.observe('dodo', operation, async () => {
      try {
        return await once().catch((failure: unknown) => {
          if (!mayBeReadAgain(failure)) throw failure;
          return pause(PAUSE_MILLISECONDS).then(once);
        });
      } catch (error) {
        throw toProviderError(error, operation);
      }
    });
  }

  /** @returns undefined when nothing is there by that id. @throws ProviderError */
  readOrMiss<Result>(operation: string, call: DodoCall<Result>): Promise<Result | undefined> {
    return this.read(operation, (client, options) =>
      call(client, options).catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      }),
    );
  }

  /** Changes something and moves no money: sent once. @throws ProviderError */
  write<Result>(operation: string, call: DodoCall<Result>): Promise<Result> {
    return this.observer.observe('dodo', operation, async () => {
      try {
        return await this.send(this.patience.write, call);
      } catch (error) {
        throw toProviderError(error, operation);
      }
    });
  }

  /**
   * Moves money: sent once, whatever happens. Without an answer it may have been done, and only `findCharge` can tell.
   *
   * @param declines Dodo's codes that are an answer to the customer rather than a mistake of ours
   * @throws ProviderError
   */
  money<Result>(operation: string, declines: ReadonlySet<string>, call: DodoCall<Result>): Promise<Result | Declined> {
    return this.observer.observe('dodo', operation, async () => {
      try {
        return await this.send(this.patience.money, call);
      } catch (error) {
        const failure = toProviderError(error, operation);
        const code = codeOf(error);
        if (failure.outcome === 'refused' && code !== undefined && declines.has(code)) return new Declined(code);
        throw failure;
      }
    });
  }

  /**
   * The SDK's own timeout ends with the headers; the signal also bounds the body. What is no JSON the SDK gives as a text: then
   * somebody else has answered, a proxy say, and nobody knows what Dodo did.
   */
  private async send<Result>(milliseconds: number, call: DodoCall<Result>): Promise<Result> {
    const signal = AbortSignal.timeout(milliseconds);
    const result = await call(this.client, { maxRetries: 0, timeout: milliseconds, signal });
    if (typeof result !== 'string' || result === '') return result;
    throw new ProviderError('unknown', 'the answer is not Dodo’s', { providerCode: 'unreadable_answer' });
  }
}

/** Nothing is an answer to a change, never to a question. */
function requireContent<Result>(result: Result): Result {
  if (result !== '' && result !== null) return result;
  throw new ProviderError('unknown', 'the answer is empty', { providerCode: 'unreadable_answer' });
}
