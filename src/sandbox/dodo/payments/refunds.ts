import { Inject, Injectable } from '@nestjs/common';
import { Agenda } from '../../clock/agenda.js';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { DodoStore } from '../objects/dodo-store.js';
import { DodoEventLog } from '../objects/event-log.js';
import { BUSINESS_ID, newId } from '../objects/identifiers.js';
import { toMoment } from '../objects/moments.js';
import { DodoMovements } from '../objects/movements.js';
import { toRefundListItem } from '../objects/payment-objects.js';
import type { PaymentLine, RefundNote } from '../objects/records.js';
import { findTestCard } from '../objects/test-cards.js';
import type { Metadata, Payment, Refund } from '../objects/wire-types.js';
import { refused } from '../wire/dodo-error.js';

const COURSE = 'dodo.refund.course';
const COURSE_MILLISECONDS = 3_600_000;
const WINDOW_MILLISECONDS = 90 * 86_400_000;

export interface RefundRequest {
  readonly payment: Payment;
  /** Empty: all that is left. */
  readonly items: readonly { readonly item_id: string; readonly amount: number | null }[];
  readonly reason: string | null;
  readonly metadata: Metadata;
}

/** A line with what can still be taken back of it, in minor units. */
export interface RefundableLine {
  readonly line: PaymentLine;
  readonly left: number;
}

/** Money that goes back to the buyer. Nothing remembers a call: the same call twice is two refunds, if enough is left. */
@Injectable()
export class DodoRefunds {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(DodoEventLog) private readonly events: DodoEventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Agenda) private readonly agenda: Agenda,
    @Inject(DodoMovements) private readonly movements: DodoMovements,
  ) {
    agenda.on(COURSE, (id) => this.goOn(store.get('refund', id)));
  }

  linesOf(payment: Payment): RefundableLine[] {
    const taken = this.store
      .all('refund')
      .filter(({ payment_id: id, status }) => id === payment.payment_id && status !== 'failed')
      .flatMap(({ refund_id: id }) => this.store.get('refund_note', id).lines);
    return this.store.get('payment_note', payment.payment_id).lines.map((line) => ({
      line,
      left: line.amount - taken.filter(({ id }) => id === line.id).reduce((sum, { amount }) => sum + amount, 0),
    }));
  }

  /** @throws Dodo's 422 for a payment, a line or an amount that cannot be refunded */
  create({ payment, items, reason, metadata }: RefundRequest): Refund {
    const now = this.clock.milliseconds();
    if (payment.status !== 'succeeded') throw refused('PAYMENT_NOT_SUCCEEDED', 'Payment has not succeeded');
    if (payment.refund_status === 'full' || payment.total_amount === 0)
      throw refused('PAYMENT_ALREADY_REFUNDED', 'This payment has already been refunded');
    if (now > Date.parse(payment.created_at) + WINDOW_MILLISECONDS)
      throw refused('REFUND_WINDOW_EXPIRED', 'Refunds cannot be initiated 90 days after payment creation.');
    const lines = items.length > 0 ? this.readItems(payment, items) : this.allThatIsLeft(payment);
    const amount = lines.reduce((sum, line) => sum + line.amount, 0);
    const refund: Refund = {
      amount,
      brand_id: BUSINESS_ID,
      business_id: BUSINESS_ID,
      created_at: toMoment(now),
      currency: payment.currency,
      customer: payment.customer,
      is_partial: amount < payment.total_amount,
      metadata,
      payment_id: payment.payment_id,
      reason,
      refund_id: newId('refund'),
      status: 'pending',
    };
    this.store.insert('refund_note', { id: refund.refund_id, lines });
    this.store.insert('refund', refund);
    this.begin(refund, payment);
    return refund;
  }

  private readItems(payment: Payment, items: RefundRequest['items']): RefundNote['lines'] {
    const lines = this.linesOf(payment);
    return items.map(({ item_id: id, amount }) => {
      const found = lines.find(({ line }) => line.id === id);
      if (!found) throw refused('LINE_ITEM_NOT_FOUND', `Line item ${id} not found in payment`, 404);
      if (found.line.isProrated)
        throw refused('LINE_ITEM_PRORATED', `Line item ${id} cannot be refunded because its prorated`);
      const wanted = amount ?? found.left;
      if (wanted <= 0 || wanted > found.left)
        throw refused(
          'LINE_ITEM_REFUND_AMOUNT_TOO_HIGH',
          `Line item ${id} requested refund amount ${wanted} is above the paid amount ${found.left}`,
        );
      return { id, amount: wanted };
    });
  }

  /** Of a payment as a whole: also of one whose lines are prorated and may lie below zero. */
  private allThatIsLeft(payment: Payment): RefundNote['lines'] {
    const lines = this.linesOf(payment).map(({ line, left }) => ({ id: line.id, amount: left }));
    if (lines.reduce((sum, { amount }) => sum + amount, 0) <= 0)
      throw refused('PAYMENT_ALREADY_REFUNDED', 'This payment has already been refunded');
    return lines;
  }

  private begin(refund: Refund, payment: Payment): void {
    const method = this.store.find('payment_method', payment.payment_method_id);
    if (findTestCard(method?.number ?? '')?.refund === undefined) return this.succeed(refund, payment);
    this.agenda.schedule(COURSE, refund.refund_id, this.clock.milliseconds() + COURSE_MILLISECONDS);
  }

  private goOn(refund: Refund): void {
    const payment = this.store.get('payment', refund.payment_id);
    const method = this.store.find('payment_method', payment.payment_method_id);
    if (findTestCard(method?.number ?? '')?.refund !== 'fails') return this.succeed(refund, payment);
    refund.status = 'failed';
    this.movements.recordReturn(payment, 'refund', refund.amount ?? 0, 'failed');
    this.events.refund('refund.failed', refund);
  }

  private succeed(refund: Refund, payment: Payment): void {
    refund.status = 'succeeded';
    payment.refunds.push(toRefundListItem(refund));
    const returned = payment.refunds.reduce((sum, { amount }) => sum + (amount ?? 0), 0);
    payment.refund_status = returned < payment.total_amount ? 'partial' : 'full';
    this.movements.recordReturn(payment, 'refund', refund.amount ?? 0);
    this.events.refund('refund.succeeded', refund);
  }
}
