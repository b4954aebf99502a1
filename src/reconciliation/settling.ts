import { Injectable, Logger } from '@nestjs/common';
import { ProviderError, toApplicationError, type BillingProvider } from '../billing-providers/index.js';
import { isDatabaseUnavailable, UnitOfWork } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { Adoption } from './adoption.js';
import { OF_A_SUBSCRIPTION, type Difference } from './domain/difference.js';
import { toFailureText } from './failure-text.js';
import { DifferenceRepository, type Settlement } from './persistence/difference.repository.js';
import { Interrupted, type ProviderPace } from './provider-pace.js';

/** Applies differences and writes down what came of it: a row and a log line for each. */
@Injectable()
export class Settling {
  private readonly logger = new Logger(Settling.name);

  constructor(
    private readonly adoption: Adoption,
    private readonly differences: DifferenceRepository,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @returns the difference as it is then: `applied`, or `open` with the reason. @throws as `Adoption.apply` */
  async adopt(
    difference: Difference,
    by: { readonly provider: BillingProvider; readonly pace: ProviderPace; readonly settledBy: string },
  ): Promise<Difference> {
    const { isDone, note } = await this.adoption.apply(difference, by.provider, by.pace);
    const { settledBy } = by;
    const settled = await this.settle(difference, { status: isDone ? 'applied' : 'open', note, settledBy });
    if (isDone && OF_A_SUBSCRIPTION.includes(difference.type)) await this.settleTogether(difference, settledBy);
    return settled;
  }

  /**
   * The same for a person who waits. What could not be applied for a reason of its own stays open, and says why.
   *
   * @throws ApplicationError provider_unavailable, provider_refused: nothing was changed
   */
  async adoptByHand(difference: Difference, by: Parameters<Settling['adopt']>[1]): Promise<Difference> {
    try {
      return await this.adopt(difference, by);
    } catch (error) {
      if (error instanceof Interrupted) throw new ApplicationError('provider_unavailable', { cause: error });
      if (error instanceof ProviderError) throw toApplicationError(error);
      if (isDatabaseUnavailable(error)) throw error;
      return this.leaveOpen(difference, error, by.settledBy);
    }
  }

  /** @returns the difference as it is then; as it was where somebody else has settled it since */
  async settle(difference: Difference, settlement: Settlement): Promise<Difference> {
    const settled = await this.unitOfWork.run(async (tx) => {
      const row = await this.differences.settle(tx, difference.id, settlement);
      if (row) tx.afterCommit(() => this.log(row));
      return row;
    });
    return settled ?? (await this.differences.find(difference.uuid)) ?? difference;
  }

  /** It could not be applied. */
  async leaveOpen(difference: Difference, error: unknown, settledBy: string): Promise<Difference> {
    this.logger.warn({ message: 'a difference could not be applied', ...fieldsOf(difference), err: error });
    return this.settle(difference, { status: 'open', note: toFailureText(error), settledBy });
  }

  /** The reading that settled one settles all others of its subscription. */
  private async settleTogether({ runId, providerId }: Difference, settledBy: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const subject = { runId, providerId, types: OF_A_SUBSCRIPTION };
      const rows = await this.differences.settleOfSubject(tx, subject, settledBy);
      for (const row of rows) tx.afterCommit(() => this.log(row));
    });
  }

  private log(difference: Difference): void {
    this.logger.log({ message: `a difference is ${difference.status}`, ...fieldsOf(difference) });
  }
}

const fieldsOf = (difference: Difference) => ({
  difference_uuid: difference.uuid,
  provider: difference.provider,
  type: difference.type,
  action: difference.action,
  provider_id: difference.providerId,
  our_id: difference.ourId ?? undefined,
  note: difference.note ?? undefined,
  settled_by: difference.settledBy ?? undefined,
});
