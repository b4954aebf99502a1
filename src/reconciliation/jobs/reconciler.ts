import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { BillingProviderRegistry, ProviderError } from '../../billing-providers/index.js';
import { isDatabaseUnavailable, UnitOfWork } from '../../common/database/index.js';
import { Jobs } from '../../common/jobs/index.js';
import { Config } from '../../config/index.js';
import { addCounts } from '../domain/difference.js';
import { nextPhase, type Run } from '../domain/run.js';
import { toFailureText } from '../failure-text.js';
import { Findings } from '../findings.js';
import { DifferenceRepository } from '../persistence/difference.repository.js';
import { RunRepository, type Pause } from '../persistence/run.repository.js';
import { Phases } from '../phases/phases.js';
import { Interrupted, ProviderPace } from '../provider-pace.js';
import { ReconciliationMetrics } from '../reconciliation-metrics.js';
import { RECONCILE, TAKE_UP, type ReconcileJob } from './tasks.js';

const EVERY_MINUTE = '* * * * *';
/** How long a provider is left alone that takes no calls, or does not answer. */
const PAUSE_SECONDS = 300;
/** How often a run is taken up without getting any further: some hours of a provider that does not answer. */
const MOST_TAKES = 50;

/** Does what a run still has to do, step by step. Whoever dies in between is replaced, and goes on from the last page. */
@Injectable()
export class Reconciler implements OnModuleDestroy {
  private readonly logger = new Logger(Reconciler.name);
  private readonly stopping = new AbortController();

  constructor(
    private readonly config: Config,
    private readonly providers: BillingProviderRegistry,
    private readonly runs: RunRepository,
    private readonly differences: DifferenceRepository,
    private readonly findings: Findings,
    private readonly phases: Phases,
    private readonly metrics: ReconciliationMetrics,
    private readonly unitOfWork: UnitOfWork,
    private readonly jobs: Jobs,
  ) {
    jobs.register<ReconcileJob>(RECONCILE, ({ uuid }) => this.reconcile(uuid));
    jobs.register(TAKE_UP, () => this.takeUp());
    jobs.schedule(TAKE_UP, EVERY_MINUTE);
  }

  /** Before the job runner waits for its jobs: a run lets go after the step that it is in. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /** Calls for what nobody works on. */
  private async takeUp(): Promise<void> {
    const due = await this.runs.findDue();
    await this.unitOfWork.run(async (tx) => {
      for (const { uuid } of due) await this.jobs.add(tx, RECONCILE, { uuid }, { key: `${RECONCILE}:${uuid}` });
    });
  }

  private async reconcile(uuid: string): Promise<void> {
    const token = randomUUID();
    const run = await this.unitOfWork.run((tx) => this.runs.claim(tx, uuid, token));
    if (!run) return;
    if (run.takes > MOST_TAKES) return this.fail(run, token, 'It was taken up too often without getting any further.');
    try {
      await this.walk(run, token);
    } catch (error) {
      if (error instanceof Interrupted) return this.letGo(run, token, error);
      if (error instanceof ProviderError || isDatabaseUnavailable(error)) {
        return this.pause(run, token, { seconds: PAUSE_SECONDS, why: toFailureText(error) });
      }
      this.logger.error({ message: 'unexpected error in a reconciliation', ...fieldsOf(run), err: error });
      await this.fail(run, token, toFailureText(error));
    }
  }

  private async walk(taken: Run, token: string): Promise<void> {
    const provider = this.providers.get(taken.provider);
    const pace = this.paceOf(taken, token);
    for (let run = taken; ;) {
      if (this.stopping.signal.aborted) throw new Interrupted('stopping');
      const result = await this.phases.of(run.phase).step({ run, provider, pace }, run.cursor);
      const found = await this.findings.judge(run, result.differences);
      const phase = result.next === null ? nextPhase(run.phase, run.dryRun) : run.phase;
      const to = { phase: phase ?? run.phase, cursor: result.next, counts: addCounts(run.counts, result.counts) };
      const isOurs = await this.unitOfWork.run(async (tx) => {
        if (!(await this.runs.advance(tx, run, token, to))) return false;
        await this.findings.keep(tx, run, found);
        await this.runs.addSightings(tx, run.id, result.sightings);
        return true;
      });
      if (!isOurs) return; // somebody else goes on from what was kept
      run = { ...run, ...to };
      if (phase === undefined) return this.complete(run, token);
    }
  }

  private paceOf(run: Run, token: string): ProviderPace {
    const { pauseMilliseconds } = this.config.reconciliation;
    return new ProviderPace(pauseMilliseconds, this.stopping.signal, undefined, async () => {
      const isOurs = await this.unitOfWork.run((tx) => this.runs.renew(tx, run, token));
      if (!isOurs) throw new Interrupted('taken_over');
    });
  }

  private async letGo(run: Run, token: string, { why, pauseSeconds }: Interrupted): Promise<void> {
    if (why === 'taken_over') return;
    if (why === 'stopping') return this.release(run, token, { seconds: 0, why: null });
    const seconds = Math.max(PAUSE_SECONDS, pauseSeconds);
    await this.pause(run, token, { seconds, why: 'The provider takes no more calls for now.' });
  }

  private async pause(run: Run, token: string, pause: Pause): Promise<void> {
    const { seconds, why } = pause;
    this.logger.warn({ message: 'a reconciliation pauses', ...fieldsOf(run), error: why, pause_seconds: seconds });
    await this.release(run, token, pause);
  }

  private async complete(run: Run, token: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      if (!(await this.runs.finish(tx, run, token, { status: 'completed' }))) return;
      if (!run.dryRun) await this.differences.openRest(tx, run.id);
      const open = await this.differences.countOpen(run.id, tx);
      const differences = await this.differences.countOfRun(run.id, tx);
      tx.afterCommit(() => {
        this.metrics.ended(run.provider, 'completed');
        this.logger.log({ message: 'reconciled with a provider', ...fieldsOf(run), ...run.counts, differences });
        if (open === 0) return;
        const message = 'a reconciliation found differences that a person must decide about';
        this.logger.error({ message, ...fieldsOf(run), differences: open });
      });
    });
  }

  private async fail(run: Run, token: string, error: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      if (!(await this.runs.finish(tx, run, token, { status: 'failed', error }))) return;
      tx.afterCommit(() => {
        this.metrics.ended(run.provider, 'failed');
        this.logger.error({ message: 'a reconciliation failed', ...fieldsOf(run), error });
      });
    });
  }

  private release(run: Run, token: string, pause: Pause): Promise<void> {
    return this.unitOfWork.run((tx) => this.runs.release(tx, run, token, pause));
  }
}

const fieldsOf = ({ uuid, provider, kind, dryRun, phase }: Run) => ({
  run_uuid: uuid,
  provider,
  kind,
  dry_run: dryRun,
  phase,
});
