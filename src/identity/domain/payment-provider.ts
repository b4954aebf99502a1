/** Providers whose customers a user can be. The database has the same list as a CHECK. */
export const PAYMENT_PROVIDERS = ['stripe', 'dodo'] as const;
export type PaymentProvider = (typeof PAYMENT_PROVIDERS)[number];
