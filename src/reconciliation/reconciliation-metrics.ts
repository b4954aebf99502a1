import { Injectable, Logger } from '@nestjs/common';
import { Metrics } from '../common/observability/index.js';
import type { DifferenceAction, DifferenceType } from './domain/difference.js';
import type { Run, RunStatus } from './domain/run.js';
import { DifferenceRepository } from './persistence/difference.repository.js';

/** What reconciliation tells Prometheus. */
@Injectable()
export class ReconciliationMetrics {
  private readonly logger = new Logger(ReconciliationMetrics.name);
  private readonly differencesTotal;
  private readonly runsTotal;

  constructor(
    metrics: Metrics,
    private readonly differences: DifferenceRepository,
  ) {
    this.differencesTotal = metrics.counter(
      'reconciliation_differences_total',
      'Differences between us and a provider that were found, by type and what follows',
      ['provider', 'type', 'action', 'dry_run'],
    );
    this.runsTotal = metrics.counter('reconciliation_runs_total', 'Comparisons with a provider, by how they ended', [
      'provider',
      'status',
    ]);
    metrics.gauge('reconciliation_differences_open', 'Differences that wait for a person', () => this.readOpen());
  }

  found(run: Pick<Run, 'provider' | 'dryRun'>, type: DifferenceType, action: DifferenceAction): void {
    this.differencesTotal.inc({ provider: run.provider, type, action, dry_run: String(run.dryRun) });
  }

  ended(provider: string, status: RunStatus): void {
    this.runsTotal.inc({ provider, status });
  }

  /** Not a number when the database does not answer: the other metrics are needed most just then. */
  private async readOpen(): Promise<number> {
    try {
      return await this.differences.countOpen();
    } catch (error) {
      this.logger.warn({ message: 'open differences cannot be counted', error: String(error) });
      return Number.NaN;
    }
  }
}
