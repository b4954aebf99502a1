/**
 * Something that always holds of the rows of a module, as a statement that finds where it does not. What the schema itself
 * keeps (a constraint, a unique index) is none: it is for what several rows, several tables or time say together.
 */
export interface Invariant {
  /** `module.what_holds`; a label of a metric, so it stays. */
  readonly name: string;
  /** What is promised, in one sentence for an operator. */
  readonly promise: string;
  /** What to do about a violation. */
  readonly remedy: string;
  /**
   * Gives a row for each violation: `subject` (text: a uuid, or an id where there is none) and `detail` (jsonb: ids, statuses,
   * amounts in minor units; never a name, a URL or a secret). What is legitimately under way is left out: by the database's
   * clock where a lease or a job is waited for, by product time where a rule is.
   */
  readonly sql: string;
  /** Values of `$1`, `$2`, ...; `now` is product time. */
  readonly parameters?: (now: Date) => readonly unknown[];
}

/** One row that breaks an invariant. */
export interface Violation {
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What one look at an invariant found. */
export interface InvariantResult {
  readonly invariant: Invariant;
  /** How many rows break it; null when it could not be looked at. */
  readonly violations: number | null;
  /** The first of them, by subject. */
  readonly examples: readonly Violation[];
  readonly problem: 'timed_out' | 'failed' | null;
}
