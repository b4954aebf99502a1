import type { Stripe } from 'stripe';
import type { ChargeOutcome, OneClickCommand, PixCommand, RefundCommand } from '../../domain/charge.js';
import { ProviderError } from '../../provider-error.js';
import { Declined, type StripeCalls } from '../stripe-calls.js';
import { INTENT_DETAILS, toIntentOutcome } from './intent-outcome.js';
import { labelled } from '../../payload/labels.js';
import { toChargeFailure } from './failure.js';
import { findPaymentIntentOf } from './invoice-payments.js';
import { toRefundOutcome } from './refund-outcome.js';

/** Payments that are one call: the attempt's id is the idempotency key. */
export class StripeCharges {
  constructor(private readonly calls: StripeCalls) {}

  /**
   * The customer is there and can authenticate, so this is not `off_session`, which would turn 3-D Secure into a decline
   * (docs.stripe.com/api/payment_intents/create#create_payment_intent-off_session).
   */
  async chargeOneClick(command: OneClickCommand, attemptId: string): Promise<ChargeOutcome> {
    if (command.installments !== 1) {
      throw new ProviderError('refused', 'instalments are not offered', { providerCode: 'installments_not_supported' });
    }
    return this.createIntent(command, attemptId, {
      payment_method: command.cardId,
      allowed_payment_method_types: ['card'],
      return_url: command.returnUrl,
    });
  }

  createPixCharge(command: PixCommand, attemptId: string): Promise<ChargeOutcome> {
    const { name, email, taxId } = command;
    return this.createIntent(command, attemptId, {
      allowed_payment_method_types: ['pix'],
      payment_method_data: { type: 'pix', billing_details: { name, email, ...(taxId ? { tax_id: taxId } : {}) } },
      payment_method_options: { pix: { expires_after_seconds: command.expiresInSeconds } },
    });
  }

  async refund(command: RefundCommand, attemptId: string): Promise<ChargeOutcome> {
    const paymentIntent = await findPaymentIntentOf(this.calls, command.paymentId);
    if (paymentIntent === undefined) {
      throw new ProviderError('refused', 'the invoice has no payment', { providerCode: 'invoice_without_payment' });
    }
    const parameters = {
      payment_intent: paymentIntent,
      amount: command.amount,
      reason: command.reason,
      metadata: labelled({}, attemptId),
    } satisfies Stripe.RefundCreateParams;
    const refund = await this.calls.money('refunds.create', attemptId, (stripe, options) =>
      stripe.refunds.create(parameters, options),
    );
    if (!(refund instanceof Declined)) return toRefundOutcome(refund);
    return { status: 'failed', references: { paymentId: paymentIntent }, failure: toChargeFailure(refund) };
  }

  private async createIntent(
    command: OneClickCommand | PixCommand,
    attemptId: string,
    how: Partial<Stripe.PaymentIntentCreateParams>,
  ): Promise<ChargeOutcome> {
    const parameters = {
      amount: command.amount,
      currency: command.currency.toLowerCase(),
      customer: command.customerId,
      description: command.description,
      metadata: labelled(command.metadata, attemptId),
      confirm: true,
      expand: INTENT_DETAILS,
      ...how,
    } satisfies Stripe.PaymentIntentCreateParams;
    const intent = await this.calls.money('payment_intents.create', attemptId, (stripe, options) =>
      stripe.paymentIntents.create(parameters, options),
    );
    if (!(intent instanceof Declined)) return toIntentOutcome(intent, command.kind);
    const references = intent.paymentId ? { paymentId: intent.paymentId } : {};
    return { status: 'failed', references, failure: toChargeFailure(intent) };
  }
}
