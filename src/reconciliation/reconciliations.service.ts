import { Injectable, Logger } from '@nestjs/common';
import { BillingProviderRegistry, type ProviderName } from '../billing-providers/index.js';
import { Clock } from '../common/clock/index.js';
import { UnitOfWork, type Tx } from '../common/database/index.js';
import { ApplicationError, checkCursor } from '../common/errors/index.js';
import { Jobs } from '../common/jobs/index.js';
import { DIFFERENCES, type Difference } from './domain/difference.js';
import { clampSince, computeDefaultSince, type Run } from './domain/run.js';
import { RECONCILE } from './jobs/tasks.js';
import {
  DifferenceRepository,
  type DifferenceCount,
  type DifferenceFilter,
} from './persistence/difference.repository.js';
import { RunRepository, type NewRun, type RunFilter } from './persistence/run.repository.js';
import { ProviderPace } from './provider-pace.js';
import { Settling } from './settling.js';

/** A run, with what it has found so far. */
export interface CountedRun {
  readonly run: Run;
  readonly found: readonly DifferenceCount[];
}

export interface ReconciliationRequest {
  /** Undefined: every configured one. */
  readonly provider?: ProviderName;
  readonly dryRun: boolean;
  readonly since?: Date;
  /** Names the API key that asked. */
  readonly requestedBy: string;
}

/** Reconciliations as admins ask for them and see them. */
@Injectable()
export class ReconciliationsService {
  private readonly logger = new Logger(ReconciliationsService.name);

  constructor(
    private readonly providers: BillingProviderRegistry,
    private readonly runs: RunRepository,
    private readonly differences: DifferenceRepository,
    private readonly settling: Settling,
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly jobs: Jobs,
  ) {}

  /**
   * Starts one run for each provider, all of them or none.
   *
   * @throws ApplicationError provider_not_configured, reconciliation_running
   */
  async start({ provider, dryRun, since, requestedBy }: ReconciliationRequest): Promise<readonly CountedRun[]> {
    const names = provider ? [this.providers.get(provider).name] : this.providers.all().map(({ name }) => name);
    const from = clampSince(since ?? computeDefaultSince(this.clock.now()));
    const runs = await this.unitOfWork.run(async (tx) => {
      const started: Run[] = [];
      for (const name of names) {
        const run = await this.insert(tx, { provider: name, kind: 'requested', dryRun, since: from, requestedBy });
        if (!run) throw new ApplicationError('reconciliation_running', { detail: `With ${name}.` });
        started.push(run);
      }
      return started;
    });
    return runs.map((run) => ({ run, found: [] }));
  }

  /** @returns undefined while another run of the provider is not over */
  startScheduled(provider: ProviderName): Promise<Run | undefined> {
    const since = computeDefaultSince(this.clock.now());
    return this.unitOfWork.run((tx) =>
      this.insert(tx, { provider, kind: 'scheduled', dryRun: false, since, requestedBy: null }),
    );
  }

  /** Newest first. @param page `before`: only runs older than this one (uuid) @throws ApplicationError cursor_unknown */
  async list(
    filter: RunFilter,
    { limit, before }: { readonly limit: number; readonly before?: string },
  ): Promise<{ readonly runs: readonly CountedRun[]; readonly hasMore: boolean }> {
    const runs = await this.runs.list(filter, { limit: limit + 1, before });
    await checkCursor(runs, before, (cursor) => this.runs.find(cursor));
    return { runs: await this.count(runs.slice(0, limit)), hasMore: runs.length > limit };
  }

  /** @throws ApplicationError not_found */
  async get(uuid: string): Promise<CountedRun> {
    const [counted] = await this.count([await this.load(uuid)]);
    return counted as CountedRun;
  }

  /** In the order in which they were found. @throws ApplicationError not_found, cursor_unknown */
  async listDifferences(
    uuid: string,
    filter: DifferenceFilter,
    { limit, after }: { readonly limit: number; readonly after?: string },
  ): Promise<{ readonly differences: readonly Difference[]; readonly hasMore: boolean }> {
    const run = await this.load(uuid);
    const found = await this.differences.list(run.id, filter, { limit: limit + 1, after });
    await checkCursor(found, after, (cursor) => this.differences.findOfRun(run.id, cursor));
    return { differences: found.slice(0, limit), hasMore: found.length > limit };
  }

  /**
   * A person's decision about a difference that nobody has settled. What cannot be adopted stays open, with the reason.
   *
   * @throws ApplicationError not_found, reconciliation_settled, reconciliation_not_adoptable, provider_unavailable,
   *   provider_refused
   */
  async settle(
    runUuid: string,
    uuid: string,
    decision: { readonly kind: 'adopt' | 'dismiss'; readonly note: string | null; readonly by: string },
  ): Promise<Difference> {
    const run = await this.load(runUuid);
    const difference = await this.differences.find(uuid);
    if (difference?.runId !== run.id)
      throw new ApplicationError('not_found', { detail: `There is no difference ${uuid}.` });
    if (difference.status !== 'found' && difference.status !== 'open') {
      throw new ApplicationError('reconciliation_settled', { detail: `It is ${difference.status}.` });
    }
    const { note, by: settledBy } = decision;
    if (decision.kind === 'dismiss') return this.settling.settle(difference, { status: 'dismissed', note, settledBy });
    if (!DIFFERENCES[difference.type].isAdoptable) throw new ApplicationError('reconciliation_not_adoptable');
    return this.settling.adoptByHand(difference, {
      provider: this.providers.get(difference.provider),
      pace: ProviderPace.withoutWaiting(),
      settledBy,
    });
  }

  private async insert(tx: Tx, wanted: NewRun): Promise<Run | undefined> {
    const run = await this.runs.insert(tx, wanted);
    if (!run) return undefined;
    await this.jobs.add(tx, RECONCILE, { uuid: run.uuid }, { key: `${RECONCILE}:${run.uuid}` });
    tx.afterCommit(() =>
      this.logger.log({
        message: 'a reconciliation begins',
        run_uuid: run.uuid,
        provider: run.provider,
        kind: run.kind,
        dry_run: run.dryRun,
        since: run.since,
      }),
    );
    return run;
  }

  private async load(uuid: string): Promise<Run> {
    const run = await this.runs.find(uuid);
    if (!run) throw new ApplicationError('not_found', { detail: `There is no reconciliation ${uuid}.` });
    return run;
  }

  private async count(runs: readonly Run[]): Promise<readonly CountedRun[]> {
    const counts = await this.differences.count(runs.map(({ id }) => id));
    return runs.map((run) => ({ run, found: counts.filter(({ runId }) => runId === run.id) }));
  }
}
