import type { MerchantEventType } from './merchant-event.js';

export type EntitlementStatus = 'granted' | 'suspended' | 'revoked';

/** Anything else is no change. Revoked is final: the money went back, so nothing gives the product again but a new purchase. */
export const ENTITLEMENT_TRANSITIONS: Readonly<Record<EntitlementStatus, readonly EntitlementStatus[]>> = {
  granted: ['suspended', 'revoked'],
  suspended: ['granted', 'revoked'],
  revoked: [],
};

/** The statuses that lead to `to`. */
export const statusesBefore = (to: EntitlementStatus): readonly EntitlementStatus[] =>
  (Object.keys(ENTITLEMENT_TRANSITIONS) as EntitlementStatus[]).filter((from) =>
    ENTITLEMENT_TRANSITIONS[from].includes(to),
  );

/** What the merchant hears when an entitlement comes to be so. */
export const EVENT_OF_STATUS: Readonly<Record<EntitlementStatus, MerchantEventType>> = {
  granted: 'entitlement.granted',
  suspended: 'entitlement.suspended',
  revoked: 'entitlement.revoked',
};

const STRENGTH: Readonly<Record<EntitlementStatus, number>> = { granted: 2, suspended: 1, revoked: 0 };

/**
 * One entitlement for each product: who bought it twice and got one purchase back still has it. Of equal ones the first
 * given counts.
 */
export function strongestByProduct<Given extends { readonly productId: string; readonly status: EntitlementStatus }>(
  entitlements: readonly Given[],
): readonly Given[] {
  const strongest = new Map<string, Given>();
  for (const given of entitlements) {
    const other = strongest.get(given.productId);
    if (!other || STRENGTH[given.status] > STRENGTH[other.status]) strongest.set(given.productId, given);
  }
  return [...strongest.values()];
}
