/** What the keeper is told, as JSON in the variable KEEPER_ORDER. */
export interface KeeperOrder {
  /** Where the data is kept; absent: a throw-away server, whose data is deleted with it. */
  readonly directory?: string;
  /** Of user `postgres`; absent: a random one. */
  readonly password?: string;
  /** Settings of the server, such as `max_connections`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** What the keeper says, as one line of JSON. */
export type KeeperReport = { readonly url: string; readonly directory: string } | { readonly error: string };
