export interface DeliveryTry {
  /** Real time: signatures and back-off follow the machine's clock, never the virtual one. */
  readonly at: string;
  readonly status: number | null;
  readonly error: string | null;
}

/** One event on its way to one receiver. */
export interface Delivery {
  readonly id: string;
  readonly endpoint: string;
  readonly event: string;
  readonly type: string;
  /** As of the last try. */
  body: string;
  state: 'pending' | 'delivered' | 'given_up' | 'dropped';
  /** Real time in milliseconds before which it is not tried. */
  notBefore: number;
  tries: DeliveryTry[];
}

/** What the deliverer must know about a provider; the scheme of signing stays with the provider. */
export interface DeliveryEndpoint {
  /** Where to send now; undefined: nowhere, events are only listed. */
  url(): string | undefined;
  /** Headers of one try, freshly signed. */
  headers(event: { readonly id: string; readonly body: string }): Record<string, string>;
  /** The body of this try. Absent: an event says for ever what it said when it was created. */
  refresh?(body: string): string;
  /** Undefined url: nowhere from now on. */
  set(url: string | undefined, secret?: string): void;
  /** The same object under another event id. */
  reissue(body: string): { readonly id: string; readonly body: string };
}

export interface DeliverySettings {
  /** Waits in milliseconds before the second, third, ... try. After the last one the delivery is given up. */
  readonly backoff: readonly number[];
  readonly timeoutMilliseconds: number;
}
