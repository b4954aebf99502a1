import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock/index.js';
import { UnitOfWork } from '../../common/database/index.js';
import { Jobs } from '../../common/jobs/index.js';
import { SaleRepository } from '../persistence/sale.repository.js';
import { SessionRepository } from '../persistence/session.repository.js';
import { SessionProgress } from '../session-progress.js';
import { SWEEP } from './tasks.js';

const EVERY_MINUTE = '* * * * *';
/** Sessions in one run; what is left comes a minute later. */
const MOST = 1_000;

/** Ends what customers have walked away from: nobody has to come back for a sale to be closed. */
@Injectable()
export class SessionSweep {
  private readonly logger = new Logger(SessionSweep.name);

  constructor(
    private readonly progress: SessionProgress,
    private readonly sessions: SessionRepository,
    private readonly sales: SaleRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    jobs: Jobs,
  ) {
    jobs.register(SWEEP, () => this.run());
    jobs.schedule(SWEEP, EVERY_MINUTE);
  }

  /** Each session in a transaction of its own: one that cannot be closed keeps no other open. */
  async run(): Promise<void> {
    const lapsed = await this.sessions.findLapsed(this.clock.now(), MOST);
    for (const id of lapsed) {
      try {
        await this.unitOfWork.run(async (tx) => {
          const session = await this.sessions.lock(tx, id);
          await this.progress.lapse(tx, session, await this.sales.lock(tx, session.saleId));
        });
      } catch (error) {
        this.logger.error({ message: 'an upsell session cannot be closed', session_id: id, err: error });
      }
    }
    if (lapsed.length > 0) this.logger.log({ message: 'upsell sessions were swept', sessions: lapsed.length });
  }
}
