import type { DodoPayments } from 'dodopayments';
import type { ChargeOutcome, RefundCommand } from '../../domain/charge.js';
import { labelled } from '../../payload/labels.js';
import { nothingDone } from '../../provider-steps.js';
import { Declined, type DodoCalls } from '../dodo-calls.js';
import { readPayment, requireId } from './read-payment.js';
import { computeRefundItems } from './refund-items.js';
import { toRefundOutcome } from './refund-outcome.js';

/** Refunds that Dodo will not make (docs.dodopayments.com/api-reference/error-codes#refunds); nothing went back. */
const REFUND_DECLINES: ReadonlySet<string> = new Set([
  'EXISTING_REFUND_REQUEST_PROCESSING',
  'INSUFFICIENT_WALLET_FUNDS',
  'LINE_ITEM_FULLY_REFUNDED',
  'LINE_ITEM_NOT_FOUND',
  'LINE_ITEM_PRORATED',
  'LINE_ITEM_REFUND_AMOUNT_TOO_HIGH',
  'LINE_ITEM_REFUND_AMOUNT_TOO_LOW',
  'NOTHING_TO_REFUND',
  'PARTIAL_REFUND_NOT_ALLOWED',
  'PAYMENT_ALREADY_REFUNDED',
  'PAYMENT_HAS_BEEN_REFUNDED',
  'PAYMENT_NOT_SUCCEEDED',
  'REFUND_AMOUNT_EXCEEDS_PAID_AMOUNT',
  'REFUND_WINDOW_EXPIRED',
  'UNSUCCESSFUL_PAYMENT_ID',
  'ZERO_AMOUNT_PAYMENT_REFUND_NOT_ALLOWED',
]);

/** Gives money back. */
export class DodoRefunds {
  constructor(private readonly calls: DodoCalls) {}

  /**
   * Dodo's refunds have no amount: all of a payment, or amounts of its items. Whether a part is all that is left is read first.
   *
   * @throws ProviderError `unknown`: perhaps it went back
   */
  async refund(command: RefundCommand, attemptId: string): Promise<ChargeOutcome> {
    const references = { paymentId: command.paymentId };
    const items = await nothingDone(() => this.chooseItems(command));
    if (items === 'not_refundable') return refused(references, 'amount_not_refundable');
    const parameters: DodoPayments.RefundCreateParams = {
      payment_id: command.paymentId,
      reason: command.reason,
      metadata: labelled({}, attemptId),
      ...(items === 'everything' ? {} : { items }),
    };
    const refund = await this.calls.money('refunds.create', REFUND_DECLINES, (dodo, options) =>
      dodo.refunds.create(parameters, options),
    );
    if (refund instanceof Declined) return refused(references, refund.code);
    return toRefundOutcome(requireId(refund, Boolean(refund?.refund_id)), command.amount);
  }

  private async chooseItems({
    paymentId,
    amount,
    currency,
  }: RefundCommand): Promise<DodoPayments.RefundCreateParams.Item[] | 'everything' | 'not_refundable'> {
    const payment = await readPayment(this.calls, paymentId);
    if (payment.currency !== currency) return 'not_refundable';
    const isUntouched = (payment.refunds ?? []).every(({ status }) => status === 'failed');
    if (isUntouched && amount === payment.total_amount) return 'everything';
    const lines = await this.calls.read('payments.retrieve_line_items', (dodo, options) =>
      dodo.payments.retrieveLineItems(paymentId, options),
    );
    return computeRefundItems(requireId(lines.items, Array.isArray(lines.items)), amount) ?? 'not_refundable';
  }
}

const refused = (references: ChargeOutcome['references'], providerCode: string): ChargeOutcome => ({
  status: 'failed',
  references,
  failure: { code: 'provider_refused', providerCode },
});
