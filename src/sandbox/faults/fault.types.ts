interface Limited {
  /** How many times the fault happens before it is used up. Default 1; use Infinity (-1 over HTTP) for "always". */
  readonly times?: number;
  /** How many calls or events that it could happen to go well before it. Default 0. */
  readonly skip?: number;
}

/** A fault of webhook delivery. `types` are event types, `customer.*` style patterns allowed; default: all. */
export type DeliveryFault = Limited & { readonly types?: readonly string[] } & (
    | { readonly kind: 'duplicate' }
    | { readonly kind: 'duplicateAsNewEvent' }
    | { readonly kind: 'drop' }
    | { readonly kind: 'delay'; readonly milliseconds: number }
    /**
     * Shuffles by seed what is due together. `span: 'step'` shuffles the events of one moment, `'advance'` everything
     * that one clock step causes.
     */
    | { readonly kind: 'reorder'; readonly seed: number; readonly span?: 'step' | 'advance' }
  );

/** A fault of the API. `path` may contain `*` (any run of characters); default: every path. */
export type ApiFault = Limited & { readonly method?: string; readonly path?: string } & (
    | {
        readonly kind: 'status';
        readonly status: number;
        /** Whether the provider remembers this answer under the idempotency key. Default: only a 500. */
        readonly remembered?: boolean;
      }
    | { readonly kind: 'hang'; readonly milliseconds?: number }
    /** Performs the call only after a while; a second call with the same idempotency key meets a 409 meanwhile. */
    | { readonly kind: 'slow'; readonly milliseconds: number }
    | { readonly kind: 'dropRequest' }
    /** Performs the call and then drops the connection: the caller cannot know whether it happened. */
    | { readonly kind: 'loseResponse' }
    /** Performs the call and then answers 500, which the provider remembers under the idempotency key where it has such keys. */
    | { readonly kind: 'failAfter' }
    /** Performs the call at once and answers after a while: its events come before its answer. */
    | { readonly kind: 'answerLate'; readonly milliseconds: number }
  );

export interface FaultList {
  readonly deliveries: readonly DeliveryFault[];
  readonly api: readonly ApiFault[];
}

/** What a test or `POST /sandbox/faults` may do. */
export interface FaultControl {
  delivery(fault: DeliveryFault): void;
  api(fault: ApiFault): void;
  list(): FaultList;
  clear(): void;
}
