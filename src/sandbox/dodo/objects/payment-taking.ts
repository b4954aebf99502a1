import { Inject, Injectable } from '@nestjs/common';
import { Agenda } from '../../clock/agenda.js';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { PublicAddress } from '../../public-address.js';
import { DodoStore } from './dodo-store.js';
import { DodoEventLog } from './event-log.js';
import { newId } from './identifiers.js';
import { toMoment } from './moments.js';
import { DodoMovements } from './movements.js';
import { cardFields, toPayment, type PaymentFields } from './payment-objects.js';
import { decideOutcome } from './payment-outcome.js';
import type { PaymentLine, SavedMethod } from './records.js';
import { DECLINED, NOT_AUTHENTICATED, type CardFailure } from './test-cards.js';
import type { Payment } from './wire-types.js';

const SETTLEMENT = 'dodo.payment.settlement';
const AUTHENTICATION_END = 'dodo.payment.authentication_end';
const SETTLEMENT_MILLISECONDS = 48 * 3_600_000;
const AUTHENTICATION_MILLISECONDS = 15 * 60_000;

export interface PaymentOrder extends PaymentFields {
  /** True: the buyer sits at the page and has satisfied their bank. False: one click, a renewal, a plan change. */
  readonly isPresent: boolean;
  readonly lines: readonly PaymentLine[];
  /** Where a page of the bank leads on to. */
  readonly returnUrl?: string | null | undefined;
}

type SettlementListener = (payment: Payment) => void;

const FINAL: readonly unknown[] = ['succeeded', 'failed', 'cancelled'] satisfies Payment['status'][];

export const isSettled = ({ status }: Payment): boolean => FINAL.includes(status);

/**
 * The only place that charges: it makes the payment, writes the ledger and sends `payment.*`. There is no idempotency,
 * so two calls are two charges.
 */
@Injectable()
export class PaymentTaking {
  private readonly listeners: SettlementListener[] = [];

  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(DodoEventLog) private readonly events: DodoEventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Agenda) private readonly agenda: Agenda,
    @Inject(DodoMovements) private readonly movements: DodoMovements,
    @Inject(PublicAddress) private readonly address: PublicAddress,
  ) {
    agenda.on(SETTLEMENT, (id) => this.settleLater(store.get('payment', id)));
    agenda.on(AUTHENTICATION_END, (id) => this.cancel(store.get('payment', id)));
  }

  /** Hears of every payment that was left open by `take` and has since succeeded, failed or been cancelled. */
  onSettledLater(listener: SettlementListener): void {
    this.listeners.push(listener);
  }

  /** Charges at once. The payment that comes back may be succeeded, failed, processing or waiting for its owner. */
  take(order: PaymentOrder): Payment {
    return this.events.together(() => {
      const payment = this.open(order);
      this.attempt(payment, order.method, order.isPresent);
      return payment;
    });
  }

  /** A payment that nobody has tried yet (`requires_payment_method`). */
  open(order: PaymentOrder): Payment {
    const payment = toPayment(order, this.clock.milliseconds());
    payment.invoice_id = newId('invoice');
    this.store.insert('payment_note', {
      id: payment.payment_id,
      lines: order.lines,
      method: order.method?.id ?? null,
      returnUrl: order.returnUrl ?? null,
    });
    return this.store.insert('payment', payment);
  }

  /** Tries a payment that is open. A payment of nothing needs no method and succeeds; of something it fails without. */
  attempt(payment: Payment, method: SavedMethod | null, isPresent: boolean): void {
    Object.assign(payment, cardFields(method));
    if (payment.total_amount === 0) return this.succeed(payment);
    if (method === null) return this.fail(payment, DECLINED);
    const outcome = decideOutcome(method, { isPresent, now: this.clock.milliseconds() });
    switch (outcome.kind) {
      case 'succeeded':
        return this.succeed(payment);
      case 'failed':
        return this.fail(payment, outcome.failure);
      case 'processing':
        return this.process(payment);
      case 'authenticate':
        return this.sendToBank(payment, outcome.hasLink);
      default:
        outcome satisfies never;
    }
  }

  /** The bank has seen the owner of the card, or has not. A second answer changes nothing. */
  finishAuthentication(payment: Payment, isAuthenticated: boolean): void {
    if (payment.status !== 'requires_customer_action') return;
    this.settleOpen(payment, isAuthenticated ? undefined : NOT_AUTHENTICATED);
  }

  /** Ends an open payment as its money arrives or does not; of a settled one nothing changes. */
  settleOpen(payment: Payment, failure?: CardFailure): void {
    if (isSettled(payment)) return;
    this.events.together(() => {
      if (failure) this.fail(payment, failure);
      else this.succeed(payment);
      this.tell(payment);
    });
  }

  /** Nobody came to pay. A payment that is settled stays as it is. */
  cancel(payment: Payment): void {
    if (isSettled(payment)) return;
    this.events.together(() => {
      this.finish(payment, 'cancelled');
      this.events.payment('payment.cancelled', payment);
      this.tell(payment);
    });
  }

  private succeed(payment: Payment): void {
    this.finish(payment, 'succeeded');
    const method = this.store.find('payment_method', payment.payment_method_id);
    if (method) method.item.last_used_at = toMoment(this.clock.milliseconds());
    this.movements.recordCharge(payment, 'succeeded');
    this.events.payment('payment.succeeded', payment);
  }

  private fail(payment: Payment, { code, message }: CardFailure): void {
    payment.error_code = code;
    payment.error_message = message;
    this.finish(payment, 'failed');
    this.movements.recordCharge(payment, 'failed');
    this.events.payment('payment.failed', payment);
  }

  private process(payment: Payment): void {
    this.setStatus(payment, 'processing');
    this.agenda.schedule(SETTLEMENT, payment.payment_id, this.clock.milliseconds() + SETTLEMENT_MILLISECONDS);
    this.events.payment('payment.processing', payment);
  }

  private sendToBank(payment: Payment, hasLink: boolean): void {
    this.setStatus(payment, 'requires_customer_action');
    if (hasLink) payment.payment_link = `${this.address.url}/dodo/3ds/${payment.payment_id}`;
    this.agenda.schedule(
      AUTHENTICATION_END,
      payment.payment_id,
      this.clock.milliseconds() + AUTHENTICATION_MILLISECONDS,
    );
  }

  private settleLater(payment: Payment): void {
    if (payment.status === 'processing') this.settleOpen(payment);
  }

  private finish(payment: Payment, status: 'succeeded' | 'failed' | 'cancelled'): void {
    this.agenda.cancel(SETTLEMENT, payment.payment_id);
    this.agenda.cancel(AUTHENTICATION_END, payment.payment_id);
    this.setStatus(payment, status);
  }

  private setStatus(payment: Payment, status: Payment['status']): void {
    payment.status = status;
    payment.updated_at = toMoment(this.clock.milliseconds());
  }

  private tell(payment: Payment): void {
    for (const listener of this.listeners) listener(payment);
  }
}
