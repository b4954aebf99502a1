import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock/index.js';
import { UnitOfWork } from '../../common/database/index.js';
import { Jobs } from '../../common/jobs/index.js';
import { PlanQuoteRepository } from '../persistence/plan-quote.repository.js';

const EXPIRE_QUOTES = 'subscription.expire-quotes';
const EVERY_MINUTE = '* * * * *';

/** Closes quotes that nobody used. One that is over cannot be executed before that either. */
@Injectable()
export class QuoteExpiry {
  constructor(
    private readonly quotes: PlanQuoteRepository,
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    jobs: Jobs,
  ) {
    jobs.register(EXPIRE_QUOTES, () => this.run());
    jobs.schedule(EXPIRE_QUOTES, EVERY_MINUTE);
  }

  async run(): Promise<void> {
    await this.unitOfWork.run((tx) => this.quotes.expire(tx, this.clock.now()));
  }
}
