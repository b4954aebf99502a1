import { Injectable, Logger } from '@nestjs/common';
import { Metrics } from '../common/observability/index.js';
import { InvariantCheckRepository, type InvariantCheck } from './persistence/invariant-check.repository.js';

/** What the last look of whichever worker found: a scrape reads that, and looks at nothing itself. */
@Injectable()
export class InvariantMetrics {
  private readonly logger = new Logger(InvariantMetrics.name);

  constructor(
    metrics: Metrics,
    private readonly checks: InvariantCheckRepository,
  ) {
    metrics.labelledGauge(
      'invariant_violations',
      'Rows that break an invariant; not a number where it could not be looked at',
      'invariant',
      async () => {
        const known = (await this.read()) ?? [];
        return known.map(({ invariant, violations }) => [invariant, violations ?? Number.NaN] as const);
      },
    );
    metrics.gauge('invariants_unchecked', 'Invariants that the last look could not be made at', async () =>
      this.compute((known) => known.filter(({ violations }) => violations === null).length),
    );
    metrics.gauge('invariants_age_seconds', 'Age of the oldest look at an invariant; 0 before the first', async () =>
      this.compute((known) => Math.max(0, ...known.map(({ ageSeconds }) => ageSeconds))),
    );
  }

  /** Not a number when the database does not answer: the other metrics are needed most just then. */
  private async compute(of: (known: readonly InvariantCheck[]) => number): Promise<number> {
    const known = await this.read();
    return known ? of(known) : Number.NaN;
  }

  private async read(): Promise<readonly InvariantCheck[] | undefined> {
    try {
      return await this.checks.findAll();
    } catch (error) {
      this.logger.warn({ message: 'what is known of the invariants cannot be read', error: String(error) });
      return undefined;
    }
  }
}
