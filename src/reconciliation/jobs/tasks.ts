/** Goes on with a run. */
export const RECONCILE = 'reconciliation.run';
export interface ReconcileJob {
  readonly uuid: string;
}

/** Calls for runs that nobody works on. */
export const TAKE_UP = 'reconciliation.take-up';

/** Compares us with every provider, and applies what follows. */
export const NIGHTLY = 'reconciliation.nightly';
