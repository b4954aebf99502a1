import type { Config } from '../../config/index.js';

/** Providers whose customers a user can be: those that can be configured. The database has the same list as a CHECK. */
export const PAYMENT_PROVIDERS = ['stripe', 'dodo'] as const satisfies readonly Config['defaultProvider'][];
export type PaymentProvider = (typeof PAYMENT_PROVIDERS)[number];
