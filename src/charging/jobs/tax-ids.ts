import { Injectable } from '@nestjs/common';
import { Retention } from '../../common/retention/index.js';
import { ChargeAttemptRepository } from '../persistence/charge-attempt.repository.js';

/** Erases the tax ids that payers by Pix gave, in attempts that are over. The attempts stay: they are the books. */
@Injectable()
export class TaxIds {
  constructor(attempts: ChargeAttemptRepository, retention: Retention) {
    retention.register({ name: 'charging.tax_ids', forget: (tx, page) => attempts.eraseTaxIds(tx, page) });
  }
}
