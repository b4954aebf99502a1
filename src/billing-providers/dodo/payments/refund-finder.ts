import type { DodoPayments } from 'dodopayments';
import type { ChargeQuery } from '../../billing-provider.js';
import type { ChargeOutcome } from '../../domain/charge.js';
import { isOfAttempt } from '../../payload/labels.js';
import type { DodoCalls } from '../dodo-calls.js';
import { collectFromList } from './pages.js';
import { requireId } from './read-payment.js';
import { toRefundOutcome } from './refund-outcome.js';

/** Reads what became of a refund of ours. */
export class RefundFinder {
  constructor(private readonly calls: DodoCalls) {}

  /** @returns undefined only when none of the customer's refunds is it. @throws ProviderError */
  async findRefund({ references, customerId, attemptId }: ChargeQuery): Promise<ChargeOutcome | undefined> {
    const { refundId, paymentId } = references;
    if (refundId !== undefined) return toRefundOutcome(await this.retrieve(refundId));
    const candidates = await collectFromList(
      this.calls,
      'refunds.list',
      (dodo, position, options) => dodo.refunds.list({ customer_id: customerId, ...position }, options),
      (refund) => paymentId === undefined || refund.payment_id === paymentId,
    );
    // A list's items have no metadata.
    for (const candidate of candidates) {
      const refund = await this.retrieve(candidate.refund_id);
      if (isOfAttempt(refund, attemptId)) return toRefundOutcome(refund);
    }
    return undefined;
  }

  private async retrieve(refundId: string): Promise<DodoPayments.Refund> {
    const refund = await this.calls.read('refunds.retrieve', (dodo, options) =>
      dodo.refunds.retrieve(refundId, options),
    );
    return requireId(refund, refund?.refund_id === refundId);
  }
}
