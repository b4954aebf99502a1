import { Inject, Injectable } from '@nestjs/common';
import { Agenda } from '../../clock/agenda.js';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { EventLog } from '../objects/event-log.js';
import { newId } from '../objects/identifiers.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { RefundCourse } from '../objects/test-cards.js';
import type { Charge, Refund } from '../objects/wire-types.js';
import { invalidRequest } from '../wire/stripe-error.js';
import { Movements } from './movements.js';
import { PaymentMethods } from './payment-methods.js';

const COURSE = 'stripe.refund.course';
const HOUR = 3600;

export interface RefundRequest {
  readonly charge: Charge;
  /** Undefined: all that is left. */
  readonly amount: number | undefined;
  readonly reason: Refund['reason'];
  readonly metadata: Record<string, string>;
}

/** Money that goes back to the customer. A refund made "in the dashboard" is the same call. */
@Injectable()
export class Refunds {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Agenda) private readonly agenda: Agenda,
    @Inject(Movements) private readonly movements: Movements,
    @Inject(PaymentMethods) private readonly methods: PaymentMethods,
  ) {
    agenda.on(COURSE, (id) => this.finish(store.get('refund', id)));
  }

  create({ charge, amount: wanted, reason, metadata }: RefundRequest): Refund {
    const left = charge.amount_captured - charge.amount_refunded;
    const amount = wanted ?? left;
    this.requireRefundable(charge, amount, left);
    charge.amount_refunded += amount;
    charge.refunded = charge.amount_refunded === charge.amount_captured;
    const course = this.courseOf(charge);
    const refund = this.store.insert('refund', {
      id: newId('refund'),
      object: 'refund',
      amount,
      balance_transaction: null,
      charge: charge.id,
      created: this.clock.seconds(),
      currency: charge.currency,
      customer: charge.customer,
      customer_account: null,
      destination_details:
        charge.payment_method_details?.type === 'pix'
          ? { type: 'pix', pix: {} }
          : {
              type: 'card',
              card: { type: 'refund', reference_status: 'pending', reference_type: 'acquirer_reference_number' },
            },
      metadata,
      payment_intent: charge.payment_intent,
      payment_method: charge.payment_method,
      reason,
      receipt_number: null,
      source_transfer_reversal: null,
      status: course === 'slow' ? 'pending' : 'succeeded',
      transfer_reversal: null,
    });
    this.movements.recordReturn('refund', charge, amount);
    this.events.emit('charge.refunded', charge);
    this.events.emit('refund.created', refund);
    if (course) this.agenda.schedule(COURSE, refund.id, (refund.created + HOUR) * 1000);
    return refund;
  }

  /** Tells `refund.updated` and its older twin, as Stripe does for one change. */
  update(refund: Refund, mutate: (refund: Refund) => void): Refund {
    this.events.change('refund.updated', refund, mutate);
    this.events.emit('charge.refund.updated', refund);
    return refund;
  }

  private courseOf({ payment_method: id, payment_method_details: details }: Charge): RefundCourse | undefined {
    return id !== null && details?.type === 'card' ? this.methods.cardOf(id).refund : undefined;
  }

  /** A refund that bounces gives its money back to the merchant, and the charge counts as not refunded by it. */
  private finish(refund: Refund): void {
    if (refund.status === 'pending') {
      this.update(refund, () => {
        refund.status = 'succeeded';
      });
      return;
    }
    const charge = this.store.get('charge', refund.charge!);
    charge.amount_refunded -= refund.amount;
    charge.refunded = false;
    this.movements.recordReturn('refund_reversal', charge, refund.amount);
    this.update(refund, () => {
      Object.assign(refund, { status: 'failed', failure_reason: 'expired_or_canceled_card' } satisfies Partial<Refund>);
    });
    this.events.emit('refund.failed', refund);
  }

  private requireRefundable(charge: Charge, amount: number, left: number): void {
    if (!charge.paid)
      throw invalidRequest(
        `This charge (${charge.id}) has not succeeded, so it cannot be refunded.`,
        undefined,
        'charge_not_refundable',
      );
    if (charge.disputed && this.isLost(charge))
      throw invalidRequest(
        `Charge ${charge.id} has been charged back; cannot issue a refund.`,
        undefined,
        'charge_disputed',
      );
    if (left === 0)
      throw invalidRequest(`Charge ${charge.id} has already been refunded.`, undefined, 'charge_already_refunded');
    if (amount > left || amount <= 0)
      throw invalidRequest(
        `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`,
        'amount',
        'amount_too_large',
      );
  }

  /** While a dispute runs its money is gone already; a won one gives it back. */
  private isLost(charge: Charge): boolean {
    return this.store.all('dispute').some(({ charge: id, status }) => id === charge.id && status !== 'won');
  }
}
