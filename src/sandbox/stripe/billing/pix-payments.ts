import { Inject, Injectable } from '@nestjs/common';
import { Agenda } from '../../clock/agenda.js';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { PublicAddress } from '../../public-address.js';
import { EventLog } from '../objects/event-log.js';
import { randomText } from '../objects/identifiers.js';
import { toPixCode } from '../objects/pix-code.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { PaymentIntent } from '../objects/wire-types.js';
import { invalidRequest } from '../wire/stripe-error.js';
import { Payments } from './payments.js';

const EXPIRY = 'stripe.pix.expiry';
const DEFAULT_SECONDS = 14_400;
const SHORTEST_SECONDS = 60;
const LONGEST_SECONDS = 1_209_600;

export type PixResult = { readonly kind: 'paid' } | { readonly kind: 'refused'; readonly message: string };

export function requirePixLifetime(seconds: number, param: string): void {
  if (seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS) return;
  throw invalidRequest(
    `Invalid integer: ${param} must be between ${SHORTEST_SECONDS} and ${LONGEST_SECONDS} seconds.`,
    param,
    'parameter_invalid_integer',
  );
}

export function requirePixCurrency(currency: string): void {
  if (currency === 'brl') return;
  throw invalidRequest(
    `The currency provided (${currency}) is invalid. Payments with pix support the following currencies: brl.`,
    'currency',
  );
}

/** Pix: a code is handed out, somebody pays it at a bank or it expires. */
@Injectable()
export class PixPayments {
  private listener: (intent: PaymentIntent, isPaid: boolean) => void = () => undefined;

  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Agenda) private readonly agenda: Agenda,
    @Inject(PublicAddress) private readonly address: PublicAddress,
    @Inject(Payments) private readonly payments: Payments,
  ) {
    agenda.on(EXPIRY, (id) => this.expire(store.get('payment_intent', id)));
  }

  /** One listener, set by the checkout: payments know nothing of it. */
  onNews(listener: (intent: PaymentIntent, isPaid: boolean) => void): void {
    this.listener = listener;
  }

  /** The lifetime runs from here, the confirmation. */
  start(intent: PaymentIntent, methodId: string, seconds = DEFAULT_SECONDS): void {
    const expiresAt = this.clock.seconds() + seconds;
    const data = toPixCode(randomText(24), intent.amount);
    const page = `${this.address.url}/pix/${intent.id}`;
    this.store.insert('pix_code', { id: intent.id, method: methodId, data, expiresAt });
    this.agenda.schedule(EXPIRY, intent.id, expiresAt * 1000);
    Object.assign(intent, {
      status: 'requires_action',
      payment_method: methodId,
      last_payment_error: null,
      payment_method_options: {
        ...intent.payment_method_options,
        pix: { amount_includes_iof: 'never', expires_after_seconds: seconds, expires_at: expiresAt },
      },
      next_action: {
        type: 'pix_display_qr_code',
        pix_display_qr_code: {
          data,
          expires_at: expiresAt,
          hosted_instructions_url: page,
          image_url_png: `${page}/qr.png`,
          image_url_svg: `${page}/qr.svg`,
        },
      },
    } satisfies Partial<PaymentIntent>);
    this.events.emit('payment_intent.requires_action', intent);
  }

  /** Paying twice pays once. `late`: the bank took the money before the end, and Stripe hears of it only after. */
  pay(intent: PaymentIntent, late: boolean): PixResult {
    const code = this.store.find('pix_code', intent.id);
    if (!code) return { kind: 'refused', message: 'This payment has no Pix code.' };
    if (intent.status === 'succeeded') return { kind: 'paid' };
    const isOpen = intent.status === 'requires_action' && this.isWaiting(intent);
    const isLate = late && intent.status === 'requires_payment_method';
    if (!isOpen && !isLate)
      return { kind: 'refused', message: `This Pix code can no longer be paid (${intent.status}).` };
    this.stop(intent);
    this.payments.charge(intent, code.method, undefined, null);
    this.listener(intent, true);
    return { kind: 'paid' };
  }

  /** Another method is tried or the payment is canceled: the code is worth nothing from here on. */
  stop(intent: PaymentIntent): void {
    this.agenda.cancel(EXPIRY, intent.id);
  }

  private isWaiting(intent: PaymentIntent): boolean {
    return intent.next_action?.type === 'pix_display_qr_code';
  }

  private expire(intent: PaymentIntent): void {
    if (intent.status !== 'requires_action' || !this.isWaiting(intent)) return;
    const { method } = this.store.get('pix_code', intent.id);
    this.payments.abandon(
      intent,
      method,
      'payment_intent_payment_attempt_expired',
      'The payment attempt expired before it was completed. You can provide a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
    );
    this.listener(intent, false);
  }
}
