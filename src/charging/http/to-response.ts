import type { ChargeAttempt } from '../domain/charge-attempt.js';
import type { AttemptMove } from '../persistence/charge-attempt.queries.js';
import type { ChargeAttemptDetailDto, ChargeAttemptDto } from './charge-attempt.dto.js';

/** What an operator sees: never a URL or a Pix code, with which one could pay, nor what was sent word for word. */
export const toResponse = (attempt: ChargeAttempt): ChargeAttemptDto => ({
  id: attempt.uuid,
  status: attempt.status,
  purpose: attempt.purpose,
  intent_key: attempt.intentKey,
  kind: attempt.command.kind,
  provider: attempt.provider,
  provider_customer_id: attempt.command.customerId,
  amount: attempt.amount,
  currency: attempt.currency,
  asked_amount: attempt.command.amount,
  references: {
    payment_id: attempt.references.paymentId ?? null,
    checkout_id: attempt.references.checkoutId ?? null,
    subscription_id: attempt.references.subscriptionId ?? null,
    refund_id: attempt.references.refundId ?? null,
  },
  next_step: attempt.nextStep?.kind ?? null,
  failure_code: attempt.failureCode,
  failure_detail: attempt.failureDetail,
  sent_at: attempt.sentAt?.toISOString() ?? null,
  expires_at: attempt.expiresAt?.toISOString() ?? null,
  created_at: attempt.createdAt.toISOString(),
});

export const toDetailResponse = (attempt: ChargeAttempt, moves: readonly AttemptMove[]): ChargeAttemptDetailDto => ({
  ...toResponse(attempt),
  moves: moves.map(({ from, to, cause, movedAt }) => ({ from, to, cause, moved_at: movedAt.toISOString() })),
});
