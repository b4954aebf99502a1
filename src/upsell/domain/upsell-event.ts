import type { Session } from './session.js';

/** What happened on a customer's way through a funnel, for counting. */
export type UpsellEventType =
  'impression' | 'accept' | 'decline' | 'failure' | 'fallback' | 'expiry' | 'paid' | 'refund';

export interface UpsellEvent {
  readonly sessionId: string;
  readonly saleId: string;
  readonly versionId: string;
  readonly stepPosition: number;
  /** Null: of a step with several offers, as a whole. */
  readonly offerId: string | null;
  readonly type: UpsellEventType;
  readonly money?: { readonly amount: number; readonly currency: string };
  readonly reason?: string;
  readonly occurredAt: Date;
}

type Happened = Omit<UpsellEvent, 'sessionId' | 'saleId' | 'versionId'>;

/** What happened in a session. */
export const toEvent = (
  { id, saleId, versionId }: Pick<Session, 'id' | 'saleId' | 'versionId'>,
  happened: Happened,
): UpsellEvent => ({ sessionId: id, saleId, versionId, ...happened });

/** What happened to the step where a session stands, as a whole: to its offer, where it shows one. */
export function toStepEvent(session: Session, happened: Omit<Happened, 'offerId'>): UpsellEvent {
  const [only, another] = session.offeredOfferIds;
  return toEvent(session, { ...happened, offerId: another === undefined ? (only ?? null) : null });
}
