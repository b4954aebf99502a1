import { Injectable } from '@nestjs/common';
import { Retention } from '../../common/retention/index.js';
import { PlanQuoteRepository } from '../persistence/plan-quote.repository.js';

/** Lets quotes go that nobody used. What was carried out, or tried, stays. */
@Injectable()
export class OldQuotes {
  constructor(quotes: PlanQuoteRepository, retention: Retention) {
    retention.register({ name: 'subscription.unused_quotes', forget: (tx, page) => quotes.forgetUnused(tx, page) });
  }
}
