import { Injectable } from '@nestjs/common';
import { BillingProviderRegistry, ProviderError, type ChargeOutcome } from '../billing-providers/index.js';
import { UnitOfWork } from '../common/database/index.js';
import { AttemptRecorder } from './attempt-recorder.js';
import { ChargingObserver } from './charging-observer.js';
import type { Told } from './domain/attempt-details.js';
import type { AttemptStatus } from './domain/attempt-status.js';
import type { ChargeAttempt } from './domain/charge-attempt.js';
import { ChargeAttemptRepository } from './persistence/charge-attempt.repository.js';

/** What calling the provider came to, and while the attempt stands where it holds. */
interface Answer {
  readonly told: Told;
  readonly onlyFrom?: AttemptStatus;
}

/** Carries attempts to the provider. */
@Injectable()
export class AttemptExecutor {
  constructor(
    private readonly providers: BillingProviderRegistry,
    private readonly attempts: ChargeAttemptRepository,
    private readonly recorder: AttemptRecorder,
    private readonly observer: ChargingObserver,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Calls the provider for a claimed attempt. Of several callers one does; the others get the attempt as it is.
   *
   * @throws Error when there is no such attempt
   */
  async execute(uuid: string): Promise<ChargeAttempt> {
    const sent = await this.unitOfWork.run((tx) => this.recorder.leaveClaimed(tx, uuid, 'sent'));
    if (!sent) return this.load(uuid);
    const { told, onlyFrom } = await this.callFirst(sent);
    const { attempt } = await this.unitOfWork.run((tx) => this.recorder.record(tx, uuid, told, { onlyFrom }));
    return attempt;
  }

  /**
   * Makes the same call again, for an attempt whose answer was lost. An error says nothing about the earlier call, which may
   * have been carried out: then nothing is recorded.
   *
   * @returns whether the provider has answered
   */
  async repeat(attempt: ChargeAttempt): Promise<boolean> {
    const outcome = await this.tryAgain(attempt);
    if (!outcome) return false;
    await this.unitOfWork.run((tx) => this.recorder.record(tx, attempt.uuid, outcome));
    return true;
  }

  private async tryAgain(attempt: ChargeAttempt): Promise<ChargeOutcome | undefined> {
    try {
      return await this.call(attempt);
    } catch (error) {
      if (!(error instanceof ProviderError)) this.observer.unanswered(attempt, error);
      return undefined;
    }
  }

  private async callFirst(attempt: ChargeAttempt): Promise<Answer> {
    try {
      return { told: await this.call(attempt) };
    } catch (error) {
      if (!(error instanceof ProviderError)) {
        this.observer.unanswered(attempt, error);
        return { told: { status: 'unknown', detail: 'unexpected error' } };
      }
      const detail = error.details.providerCode ?? error.message;
      if (error.outcome === 'unknown') return { told: { status: 'unknown', detail } };
      const code = error.outcome === 'refused' ? 'provider_refused' : 'provider_unavailable';
      // It speaks of this call alone. Once the resolver has the attempt there may have been another.
      return {
        told: { status: 'failed', failure: { code, providerCode: detail }, references: {} },
        onlyFrom: 'sent',
      };
    }
  }

  private call({ provider: name, command, uuid }: ChargeAttempt): Promise<ChargeOutcome> {
    const provider = this.providers.get(name);
    switch (command.kind) {
      case 'one_click':
        return provider.chargeOneClick(command, uuid);
      case 'checkout':
        return provider.createCheckout(command, uuid);
      case 'pix':
        return provider.createPixCharge(command, uuid);
      case 'start_plan':
        return provider.startPlan(command, uuid);
      case 'change_plan':
        return provider.changePlan(command, uuid);
      case 'refund':
        return provider.refund(command, uuid);
      default:
        return command satisfies never;
    }
  }

  private async load(uuid: string): Promise<ChargeAttempt> {
    const attempt = await this.attempts.find(uuid);
    if (!attempt) throw new Error(`there is no charge attempt ${uuid}`);
    return attempt;
  }
}
