import type { DodoStore } from './dodo-store.js';
import { newId } from './identifiers.js';
import type { PortalVisit } from './records.js';

const OPEN_MILLISECONDS = 24 * 3_600_000;

/** A link to somebody's portal, which opens it for a day. `now` in milliseconds. */
export const openPortalVisit = (
  store: DodoStore,
  customer: string,
  returnUrl: string | null,
  now: number,
): PortalVisit =>
  store.insert('portal_visit', { id: newId('portal'), customer, returnUrl, expiresAt: now + OPEN_MILLISECONDS });
