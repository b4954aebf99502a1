import type { DodoPayments } from 'dodopayments';
import { ProviderError } from '../../provider-error.js';
import type { DodoCalls } from '../dodo-calls.js';

type Payment = DodoPayments.Payment;

/** A payment that must be there. @throws ProviderError */
export async function readPayment(calls: DodoCalls, paymentId: string): Promise<Payment> {
  const payment = await calls.read('payments.retrieve', (dodo, options) => dodo.payments.retrieve(paymentId, options));
  return requireId(payment, payment?.payment_id === paymentId);
}

/** @returns undefined when Dodo has none by this id. @throws ProviderError */
export async function findPaymentById(calls: DodoCalls, paymentId: string): Promise<Payment | undefined> {
  const payment = await calls.readOrMiss('payments.retrieve', (dodo, options) =>
    dodo.payments.retrieve(paymentId, options),
  );
  return payment && requireId(payment, payment.payment_id === paymentId);
}

/** An answer that is not what was asked for proves nothing, and above all not that something is missing. @throws ProviderError */
export function requireId<Answer>(answer: Answer, isRight: boolean): Answer {
  if (isRight) return answer;
  throw new ProviderError('unknown', 'the answer is not what was asked for', { providerCode: 'unreadable_answer' });
}
