/** What a webhook event waits for when its payment is none of ours yet (see `WAKE_WAITING_TASK` of identity). */
export const computePaymentWakeKey = (provider: string, paymentId: string): string =>
  `payment:${provider}:${paymentId}`;
