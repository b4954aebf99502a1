import { Inject, Injectable } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { DodoStore } from '../objects/dodo-store.js';
import { DodoEventLog } from '../objects/event-log.js';
import { BUSINESS_ID, newId } from '../objects/identifiers.js';
import { toMoment } from '../objects/moments.js';
import { DodoMovements } from '../objects/movements.js';
import type { Dispute, Payment } from '../objects/wire-types.js';

/** A dispute that nobody could have: of money that was not paid, or one that has ended. */
export class DisputeError extends Error {}

export const DISPUTE_STEPS = ['challenged', 'won', 'lost', 'accepted', 'cancelled', 'expired'] as const;
export type DisputeStep = (typeof DISPUTE_STEPS)[number];

/** How it ends for the merchant: who wins, and whose bank gives up or comes too late, has the money again. */
const RETURNS_MONEY: readonly DisputeStep[] = ['won', 'cancelled', 'expired'];

/** A buyer's bank takes a payment back. */
@Injectable()
export class DodoDisputes {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(DodoEventLog) private readonly events: DodoEventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(DodoMovements) private readonly movements: DodoMovements,
  ) {}

  /** `amount` in minor units; undefined: the whole payment. @throws DisputeError */
  open(paymentId: string, amount?: number): Dispute {
    const payment = this.store.find('payment', paymentId);
    if (!payment) throw new DisputeError('There is no such payment');
    if (payment.status !== 'succeeded') throw new DisputeError('Only a payment that succeeded can be disputed');
    const disputed = amount ?? payment.total_amount;
    const dispute: Dispute = {
      amount: String(disputed),
      brand_id: BUSINESS_ID,
      business_id: BUSINESS_ID,
      created_at: toMoment(this.clock.milliseconds()),
      currency: payment.currency,
      customer: payment.customer,
      dispute_id: newId('dispute'),
      dispute_stage: 'dispute',
      dispute_status: 'dispute_opened',
      is_resolved_by_rdr: false,
      payment_id: paymentId,
      payment_provider: 'dodo',
      reason: 'fraudulent',
      remarks: null,
    };
    this.store.insert('dispute', dispute);
    this.showOn(payment, dispute);
    this.movements.recordReturn(payment, 'dispute', disputed);
    this.events.dispute('dispute.opened', dispute);
    return dispute;
  }

  /** The next step of an open dispute; every step but `challenged` ends it. @throws DisputeError */
  step(id: string, step: DisputeStep): Dispute {
    const dispute = this.store.find('dispute', id);
    if (!dispute) throw new DisputeError('There is no such dispute');
    if (dispute.dispute_status !== 'dispute_opened' && dispute.dispute_status !== 'dispute_challenged')
      throw new DisputeError('The dispute has ended');
    const payment = this.store.get('payment', dispute.payment_id);
    dispute.dispute_status = `dispute_${step}`;
    this.showOn(payment, dispute);
    if (RETURNS_MONEY.includes(step)) this.movements.recordReturn(payment, 'dispute_reversal', Number(dispute.amount));
    this.events.dispute(`dispute.${step}`, dispute);
    return dispute;
  }

  private showOn(payment: Payment, dispute: Dispute): void {
    const { brand_id: _brand, customer: _customer, payment_provider: _provider, reason: _reason, ...shown } = dispute;
    payment.disputes = [...payment.disputes.filter(({ dispute_id: id }) => id !== dispute.dispute_id), shown];
  }
}
