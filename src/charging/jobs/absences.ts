import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../common/database/index.js';
import { AttemptRecorder } from '../attempt-recorder.js';
import type { ChargeAttempt } from '../domain/charge-attempt.js';
import { computeAbsence } from '../domain/resolution.js';
import { ChargeAttemptRepository } from '../persistence/charge-attempt.repository.js';

const STATUSES_TO_BE_ABSENT_FROM: ReadonlySet<string> = new Set(['unknown', 'requires_action', 'pending']);

/** Complete lists of the provider that lack an attempt: two, some time apart, say that it never was. */
@Injectable()
export class Absences {
  constructor(
    private readonly attempts: ChargeAttemptRepository,
    private readonly recorder: AttemptRecorder,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * @param readAt when the reading of the list began, by the database's clock
   * @returns the attempt: failed when this was the second list
   */
  note(uuid: string, readAt: Date): Promise<ChargeAttempt> {
    return this.unitOfWork.run(async (tx) => {
      const attempt = await this.attempts.lock(tx, uuid);
      if (!STATUSES_TO_BE_ABSENT_FROM.has(attempt.status)) return attempt;
      const absence = computeAbsence(attempt.absentAt, readAt);
      switch (absence) {
        case 'first_time':
          return this.attempts.noteAbsence(tx, attempt);
        case 'too_soon':
          return attempt;
        case 'absent': {
          const failure = { code: 'provider_unavailable', providerCode: 'absent' } as const;
          const recorded = await this.recorder.record(tx, uuid, { status: 'failed', failure, references: {} });
          return recorded.attempt;
        }
        default:
          return absence satisfies never;
      }
    });
  }
}
