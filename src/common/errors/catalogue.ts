import { CATALOG_ERRORS } from './catalog.errors.js';
import { HOUSE_ERRORS } from './house.errors.js';
import { IDENTITY_ERRORS } from './identity.errors.js';
import { RECONCILIATION_ERRORS } from './reconciliation.errors.js';
import { SALE_ERRORS } from './sale.errors.js';
import { SUBSCRIPTION_ERRORS } from './subscription.errors.js';
import { UPSELL_ERRORS } from './upsell.errors.js';

/** Every error that a caller can get: a stable code, its HTTP status, and what a person reads. */
export const ERRORS = {
  ...HOUSE_ERRORS,
  ...IDENTITY_ERRORS,
  ...CATALOG_ERRORS,
  ...SUBSCRIPTION_ERRORS,
  ...SALE_ERRORS,
  ...UPSELL_ERRORS,
  ...RECONCILIATION_ERRORS,
};

export type ErrorCode = keyof typeof ERRORS;
