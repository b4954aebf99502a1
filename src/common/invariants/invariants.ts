import { Injectable, Logger } from '@nestjs/common';
import { Database, sqlStateOf, type Snapshot } from '../database/index.js';
import type { Invariant, InvariantResult, Violation } from './invariant.js';

const MOST_EXAMPLES = 10;
const STATEMENT_MILLISECONDS = 10_000;
const QUERY_CANCELED = '57014';

type ViolationRow = Violation & { readonly violations: number };

/** What must hold of the rows of all modules. Each module registers what it promises of its own tables. */
@Injectable()
export class Invariants {
  private readonly logger = new Logger(Invariants.name);
  private readonly registered = new Map<string, Invariant>();

  constructor(private readonly database: Database) {}

  /** Called by modules while they are constructed. */
  register(invariants: readonly Invariant[]): void {
    for (const invariant of invariants) {
      if (this.registered.has(invariant.name)) throw new Error(`invariant ${invariant.name} is registered twice`);
      this.registered.set(invariant.name, invariant);
    }
  }

  /** By name. */
  list(): readonly Invariant[] {
    return [...this.registered.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  /**
   * Looks at all of them, at one moment of the database. One that cannot be looked at is told as such and keeps no other
   * from being looked at.
   *
   * @param now product time
   * @throws the database's error when it is not there
   */
  async evaluate(
    now: Date,
    { statementMilliseconds = STATEMENT_MILLISECONDS } = {},
  ): Promise<readonly InvariantResult[]> {
    return this.database.snapshot(statementMilliseconds, async (snapshot) => {
      const results: InvariantResult[] = [];
      for (const invariant of this.list()) results.push(await this.evaluateOne(snapshot, invariant, now));
      return results;
    });
  }

  private async evaluateOne(snapshot: Snapshot, invariant: Invariant, now: Date): Promise<InvariantResult> {
    const { sql, parameters = () => [] } = invariant;
    const outcome = await snapshot.attempt<ViolationRow>(
      `SELECT subject, detail, count(*) OVER ()::int AS violations FROM (${sql}) AS violation
       ORDER BY subject COLLATE "C", detail::text COLLATE "C" LIMIT ${MOST_EXAMPLES}`,
      parameters(now),
    );
    if ('error' in outcome) {
      this.logger.error({ message: 'an invariant cannot be looked at', invariant: invariant.name, err: outcome.error });
      const problem = sqlStateOf(outcome.error) === QUERY_CANCELED ? 'timed_out' : 'failed';
      return { invariant, violations: null, examples: [], problem };
    }
    const examples = outcome.rows.map(({ subject, detail }) => ({ subject, detail }));
    return { invariant, violations: outcome.rows[0]?.violations ?? 0, examples, problem: null };
  }
}
