import { Injectable } from '@nestjs/common';
import type { Tx } from '../common/database/index.js';
import { Jobs } from '../common/jobs/index.js';
import { WAKE_WAITING_TASK } from '../identity/index.js';
import { computePaymentWakeKey } from './domain/payment-wake-key.js';

/** Refunds and disputes that were told of before their payment. */
@Injectable()
export class WaitingReturns {
  constructor(private readonly jobs: Jobs) {}

  /** The payment is known now. @param paymentId undefined: what costs nothing has none */
  async wake(tx: Tx, provider: string, paymentId: string | undefined): Promise<void> {
    if (paymentId === undefined) return;
    await this.jobs.add(tx, WAKE_WAITING_TASK, { key: computePaymentWakeKey(provider, paymentId) });
  }
}
