/** What a webhook event waits for when its price belongs to no plan yet (see `WAKE_WAITING_TASK` of identity). */
export const computePriceWakeKey = (provider: string, providerPriceId: string): string =>
  `price:${provider}:${providerPriceId}`;
