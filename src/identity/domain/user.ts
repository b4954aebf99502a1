import type { GroupRole } from './membership.js';
import type { PaymentProvider } from './payment-provider.js';

export interface User {
  /** Our id (`users.id`). */
  readonly id: string;
  /** The merchant's id: `sub` of the customer's token. */
  readonly externalId: string;
  readonly name: string;
  readonly email: string;
}

/** A user with its bookkeeping columns. */
export interface StoredUser extends User {
  /** At the default provider; see `user_provider_customers` for the others. */
  readonly paymentProviderCustomerId: string | null;
  /** Tokens that were issued before are refused; null: none was ever revoked. */
  readonly tokensValidFrom: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface GroupReference {
  /** Our id (`groups.id`). */
  readonly id: string;
  /** The merchant's id. */
  readonly externalId: string;
}

export interface Group extends GroupReference {
  readonly name: string;
}

/** A group as one of its members sees it. */
export interface Membership extends Group {
  readonly role: GroupRole;
}

/** Whose customer at a provider it is, and the groups a subscription of that customer may belong to. */
export interface ProviderCustomerOwner {
  readonly userId: string;
  /** By external id, ascending. */
  readonly groups: readonly GroupReference[];
}

export interface ProviderCustomerLink {
  readonly userId: string;
  readonly provider: PaymentProvider;
  /** Provider's customer id, such as `cus_...`. */
  readonly customerId: string;
}
