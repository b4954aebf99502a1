import { BUSINESS_ID, newId } from './identifiers.js';
import { toMoment } from './moments.js';
import type { Customer, Metadata } from './wire-types.js';

interface CustomerFields {
  readonly email: string;
  readonly name: string;
  readonly metadata?: Metadata | undefined;
  readonly phone_number?: string | null | undefined;
}

/** `now` in milliseconds. */
export const toCustomer = (fields: CustomerFields, now: number): Customer => ({
  business_id: BUSINESS_ID,
  created_at: toMoment(now),
  customer_id: newId('customer'),
  email: fields.email,
  metadata: fields.metadata ?? {},
  name: fields.name,
  phone_number: fields.phone_number ?? null,
});
