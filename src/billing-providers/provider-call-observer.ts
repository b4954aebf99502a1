import { Injectable, Logger } from '@nestjs/common';
import { Metrics } from '../common/observability/index.js';
import { Shutdown } from '../common/shutdown/index.js';
import type { ProviderName } from './domain/facts.js';
import { ProviderError } from './provider-error.js';

const GIVEN_UP = { providerCode: 'given_up' };

/**
 * The one home of what is measured and logged of a call to a provider: never a body, a secret or a URL. And of giving calls up
 * when the process ends, as if the provider had not answered in time.
 */
@Injectable()
export class ProviderCallObserver {
  private readonly logger = new Logger(ProviderCallObserver.name);
  private readonly seconds;

  /** @param shutdown when calls are given up; without it they never are */
  constructor(
    metrics: Metrics,
    private readonly shutdown?: Shutdown,
  ) {
    this.seconds = metrics.histogram('provider_call_seconds', 'Calls to payment providers, retries included', [
      'provider',
      'operation',
      'outcome',
    ]);
  }

  /** @param work throws `ProviderError` only, which is thrown on */
  async observe<Result>(provider: ProviderName, operation: string, work: () => Promise<Result>): Promise<Result> {
    const stop = this.seconds.startTimer({ provider, operation });
    try {
      const result = await this.waitFor(work);
      stop({ outcome: 'succeeded' });
      return result;
    } catch (error) {
      const outcome = error instanceof ProviderError ? error.outcome : 'unknown';
      const seconds = stop({ outcome });
      this.logFailure({ provider, operation, outcome, seconds }, error);
      throw error;
    }
  }

  private async waitFor<Result>(work: () => Promise<Result>): Promise<Result> {
    const { shutdown } = this;
    if (!shutdown) return work();
    if (shutdown.givenUp.aborted) throw new ProviderError('unavailable', 'not sent: the process is ending', GIVEN_UP);
    return shutdown.waitFor(work(), () => new ProviderError('unknown', 'given up: the process is ending', GIVEN_UP));
  }

  private logFailure(fields: Readonly<Record<string, unknown>>, error: unknown): void {
    const { providerCode, providerRequestId } = error instanceof ProviderError ? error.details : {};
    this.logger.warn({
      message: 'a provider call failed',
      ...fields,
      provider_code: providerCode,
      provider_request_id: providerRequestId,
    });
  }
}
