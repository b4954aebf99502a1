import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock/index.js';
import { UnitOfWork } from '../../common/database/index.js';
import { Jobs } from '../../common/jobs/index.js';
import { ChargeAttemptQueries } from '../persistence/charge-attempt.queries.js';
import { LOOK, REFUND_LATE, RESOLVE, SWEEP } from './tasks.js';

const EVERY_MINUTE = '* * * * *';
/** Jobs per task and minute; the others follow a minute later. */
const MOST = 500;

/**
 * Finds attempts whose time is over by product time, which no job can wait for: it may run ahead of the system's. And those
 * that their own jobs have left behind, such as by giving up after many failures.
 */
@Injectable()
export class Sweep {
  private readonly logger = new Logger(Sweep.name);

  constructor(
    private readonly queries: ChargeAttemptQueries,
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly jobs: Jobs,
  ) {
    jobs.register(SWEEP, () => this.run());
    jobs.schedule(SWEEP, EVERY_MINUTE);
  }

  async run(): Promise<void> {
    const due = await this.queries.findDue(this.clock.now(), MOST);
    const unresolved = await this.queries.findUnresolved(MOST);
    const refundDue = await this.queries.findRefundDue(MOST);
    if (due.length + unresolved.length + refundDue.length === 0) return;
    await this.unitOfWork.run(async (tx) => {
      const add = async (task: string, uuids: readonly string[]) => {
        for (const uuid of uuids) await this.jobs.add(tx, task, { uuid }, { key: `${task}:${uuid}` });
      };
      await add(LOOK, due);
      await add(RESOLVE, unresolved);
      await add(REFUND_LATE, refundDue);
    });
    this.logger.log({
      message: 'looking after charge attempts',
      due: due.length,
      unresolved: unresolved.length,
      refund_due: refundDue.length,
    });
  }
}
