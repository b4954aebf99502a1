/**
 * Job that takes up the webhook events which wait for something to become known. Payload: `{ key }`. It is added in the
 * transaction that makes the thing known; the webhook module registers and runs it.
 */
export const WAKE_WAITING_TASK = 'webhook.wake-waiting';

/** What an event waits for when its provider customer belongs to no user yet. */
export const computeCustomerWakeKey = (provider: string, providerCustomerId: string): string =>
  `customer:${provider}:${providerCustomerId}`;
