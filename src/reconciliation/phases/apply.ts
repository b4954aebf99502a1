import { Injectable } from '@nestjs/common';
import { isDatabaseUnavailable } from '../../common/database/index.js';
import { DifferenceRepository } from '../persistence/difference.repository.js';
import { NOTHING, type PhaseContext, type PhaseSteps, type StepResult } from '../phase.js';
import { Interrupted } from '../provider-pace.js';
import { Settling } from '../settling.js';

/** What was found is applied, one after the other in the order in which it was found; what cannot be is left to a person. */
@Injectable()
export class ApplyPhase implements PhaseSteps {
  constructor(
    private readonly differences: DifferenceRepository,
    private readonly settling: Settling,
  ) {}

  async step({ run, provider, pace }: PhaseContext, cursor: string | null): Promise<StepResult> {
    const difference = await this.differences.findNext(run.id, cursor);
    if (!difference) return NOTHING;
    try {
      await this.settling.adopt(difference, { provider, pace, settledBy: `run:${run.uuid}` });
    } catch (error) {
      if (error instanceof Interrupted || isDatabaseUnavailable(error)) throw error;
      // One of them must not keep the others from being applied.
      await this.settling.leaveOpen(difference, error, `run:${run.uuid}`);
    }
    return { ...NOTHING, next: difference.id };
  }
}
