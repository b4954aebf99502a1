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
