import { Inject, Injectable } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { toDispute } from '../objects/dispute-objects.js';
import { EventLog } from '../objects/event-log.js';
import { newId } from '../objects/identifiers.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { Charge, Dispute } from '../objects/wire-types.js';
import { Movements } from './movements.js';

export class DisputeError extends Error {}

/** A customer's bank takes a payment back; the merchant wins or loses. Started and ended by hand: banks have no API. */
@Injectable()
export class Disputes {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Movements) private readonly movements: Movements,
  ) {}

  /** @throws DisputeError when the payment cannot be disputed */
  open(paymentIntent: string, amount?: number): Dispute {
    const intent = this.store.find('payment_intent', paymentIntent);
    const charge = this.store.find('charge', intent?.latest_charge);
    if (!charge?.paid) throw new DisputeError('There is no such payment, or it was not paid');
    if (charge.payment_method_details?.type === 'pix') throw new DisputeError('Pix payments are not disputed');
    if (charge.disputed) throw new DisputeError('The payment is disputed already');
    const disputed = amount ?? charge.amount - charge.amount_refunded;
    if (!Number.isInteger(disputed) || disputed < 1 || disputed > charge.amount)
      throw new DisputeError(`The amount is between 1 and ${charge.amount}`);
    charge.disputed = true;
    const dispute = this.store.insert('dispute', toDispute(newId('dispute'), this.clock.seconds(), charge, disputed));
    this.movements.recordReturn('dispute', charge, disputed);
    this.events.emit('charge.dispute.created', dispute);
    this.events.emit('charge.dispute.funds_withdrawn', dispute);
    return dispute;
  }

  /** @throws DisputeError when there is no open dispute of that id */
  close(id: string, status: 'won' | 'lost'): Dispute {
    const dispute = this.store.find('dispute', id);
    if (!dispute) throw new DisputeError('There is no such dispute');
    if (dispute.status !== 'needs_response')
      throw new DisputeError(`The dispute is closed already (${dispute.status})`);
    dispute.status = status;
    dispute.is_charge_refundable = false;
    this.events.emit('charge.dispute.closed', dispute);
    if (status === 'won') this.giveBack(dispute, this.store.get('charge', dispute.charge));
    return dispute;
  }

  private giveBack(dispute: Dispute, charge: Charge): void {
    this.movements.recordReturn('dispute_reversal', charge, dispute.amount);
    this.events.emit('charge.dispute.funds_reinstated', dispute);
  }
}
