import type { FastifyInstance } from 'fastify';
import { startSandbox, type RunningSandbox } from '../../src/sandbox/index.js';
import { Jobs } from '../../src/common/jobs/index.js';
import { InboxWorker } from '../../src/webhook/jobs/inbox-worker.js';
import { MatrixWorld, SandboxClock, type ProviderId } from '../e2e/matrix-world.js';
import { START } from '../e2e/world.js';
import { startApplication, type StartedApplication } from '../support/application.js';
import { environmentOfBoth, sandboxOfBoth } from '../support/both-providers.js';
import { createTestDatabase } from '../support/database.js';
import type { Call } from '../support/http.js';
import { PostOffice } from '../support/post-office.js';
import { wireLives } from '../support/mortal-wiring.js';
import { stripeClient } from '../support/stripe-client.js';
import { inParallel } from './in-parallel.js';

/** More rounds than any chain of jobs and events needs; what is left then goes round for ever. */
const MOST_ROUNDS = 16;
const MOST_TRIES = 8;
/** What cron does, and how often in the time that passes: what the first turn has resolved, the second finds to be taken up. */
const TURNS = 2;
const SWEEPS = ['charging.sweep', 'subscription.sweep', 'upsell.sweep'];

interface Job {
  readonly task: string;
  readonly payload: unknown;
  readonly key: string | null;
}

/**
 * The real application over the sandbox, doing nothing by itself: its jobs run, events arrive, and time passes when the test
 * says so, for every customer at once.
 */
export class CrashWorld {
  /** What jobs threw that were tried to the end. */
  readonly brokenJobs: string[] = [];

  private constructor(
    readonly matrix: MatrixWorld,
    private readonly post: PostOffice,
  ) {}

  static async start(provider: ProviderId): Promise<CrashWorld> {
    wireLives();
    const sandbox = await startSandbox({ frozen: true, startAt: START, ...sandboxOfBoth() });
    const clock = new SandboxClock();
    clock.sandbox = sandbox;
    const database = await createTestDatabase(`crash_${provider}`);
    const environment = { ...environmentOfBoth(sandbox.url), PROCESS_ROLE: 'api' };
    const started = await startApplication({ name: 'crash', clock, database, environment });
    const application: StartedApplication = { ...started, call: injectingInto(started) };
    const post = await PostOffice.open(application.call);
    post.hold();
    sandbox.setWebhook(`${post.url}/api/v1/admin/stripe/webhook`);
    sandbox.setWebhook(`${post.url}/webhooks/dodo`, undefined, 'dodo');
    const matrix = await MatrixWorld.over(provider, {
      sandbox,
      application,
      stripe: stripeClient(sandbox.url, application.config.stripe?.secretKey ?? ''),
      settle: () => Promise.resolve(), // everybody's turn comes at once
      advance: (step) => sandbox.advance(step),
      async close() {
        await application.close();
        await sandbox.close();
        await post.close();
        await database.drop();
      },
    });
    const world = new CrashWorld(matrix, post);
    // Noted once a minute, by whichever request comes first: whose steps that would be is chance.
    await world.rows(`UPDATE api_keys SET last_used_at = now() + interval '1 day'`);
    return world;
  }

  get sandbox(): RunningSandbox {
    return this.matrix.sandbox;
  }

  rows<Row = Record<string, unknown>>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.matrix.shop.rows<Row>(sql, parameters);
  }

  /**
   * Runs what there is to run, until there is nothing more.
   *
   * @param options `events`: those of the provider arrive; `isLater`: so much time has passed that everything is due
   */
  async settle({ events = true, isLater = true } = {}): Promise<void> {
    const tries = new Map<string, number>();
    const seen = new Set<string>();
    let turns = isLater ? TURNS : 0;
    for (let round = 1; round <= MOST_ROUNDS; round++) {
      if (isLater) await this.passTime();
      const arrived = events ? await this.receive() : 0;
      const jobs = await this.takeJobs();
      // What comes again waits for time, or for something that the sweeps have to bring about.
      const isStill = arrived === 0 && jobs.every((job) => seen.has(nameOf(job)));
      for (const job of jobs) seen.add(nameOf(job));
      await inParallel(jobs, 4, (job) => this.run(job, tries));
      if (turns > 0 && (round === 1 || isStill)) {
        turns -= 1;
        for (const task of SWEEPS) await this.runTask(task, {});
      } else if (isLater ? arrived + jobs.length === 0 : isStill) {
        return;
      }
    }
  }

  /** The provider's events arrive and are settled. @returns how many there were */
  async receive(): Promise<number> {
    await this.sandbox.idle();
    const arrived = await this.post.deliver();
    await this.inbox.drain();
    return arrived;
  }

  /** Events that have arrived so far stay unsettled, in the inbox. */
  async receiveOnly(): Promise<number> {
    await this.sandbox.idle();
    return this.post.deliver();
  }

  get inbox(): InboxWorker {
    return this.matrix.application.app.get(InboxWorker, { strict: false });
  }

  runTask(task: string, payload: object): Promise<void> {
    const handler = this.matrix.application.app.get(Jobs).handlers.get(task);
    if (!handler) throw new Error(`there is no job ${task}`);
    return handler(payload as never);
  }

  async addJob(task: string, payload: unknown, key: string | null = null): Promise<void> {
    await this.rows(
      `SELECT FROM graphile_worker.add_job($1, payload => $2::json, job_key => $3, job_key_mode => 'preserve_run_at')`,
      [task, JSON.stringify(payload), key],
    );
  }

  /** Leases, pauses and the time between two readings are over, by the database's clock; by the provider's, no time has passed. */
  async passTime(): Promise<void> {
    await this.rows(
      `UPDATE charge_attempts SET created_at = $1::timestamptz, sent_at = CASE WHEN sent_at IS NOT NULL THEN $1::timestamptz END,
         absent_at = absent_at - interval '10 minutes', updated_at = now() - interval '2 hours'
       WHERE status IN ('claimed', 'sent', 'unknown', 'requires_action', 'pending', 'refund_due')`,
      [this.sandbox.now()],
    );
    await this.rows(
      `UPDATE webhook_events SET lease_until = now() - interval '1 second', next_attempt_at = $1
       WHERE status IN ('processing', 'failed')`,
      [this.sandbox.now()],
    );
    await this.rows(
      `UPDATE plan_change_requests SET updated_at = now() - interval '2 hours' WHERE status IN ('intended', 'sent', 'unknown')`,
    );
    await this.rows(`UPDATE idempotent_requests SET locked_until = now() - interval '1 second'`);
  }

  /** Jobs that wait, whenever they are due. */
  private takeJobs(): Promise<Job[]> {
    return this.rows<Job>(
      `DELETE FROM graphile_worker._private_jobs j USING graphile_worker._private_tasks t
        WHERE t.id = j.task_id RETURNING t.identifier AS task, j.payload, j.key`,
    );
  }

  private async run(job: Job, tries: Map<string, number>): Promise<void> {
    const { task, payload, key } = job;
    try {
      await this.runTask(task, payload as object);
    } catch (error) {
      const name = nameOf(job);
      const count = (tries.get(name) ?? 0) + 1;
      tries.set(name, count);
      if (count >= MOST_TRIES) {
        this.brokenJobs.push(`${name}: ${String(error)}`);
        return;
      }
      await this.addJob(task, payload, key);
    }
  }

  close(): Promise<void> {
    return this.matrix.close();
  }
}

const nameOf = ({ key, task, payload }: Job): string => key ?? `${task}:${JSON.stringify(payload)}`;

/** Calls the application without a socket between, so that what it does belongs to the caller's life. */
const injectingInto =
  ({ app }: StartedApplication): Call =>
  async (method, path, { body, token, apiKey, headers } = {}) => {
    const answer = await (app.getHttpAdapter().getInstance() as unknown as FastifyInstance).inject({
      method: method as 'GET',
      url: path,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(apiKey ? { 'x-api-key': apiKey } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const isJson = String(answer.headers['content-type']).includes('json');
    return {
      status: answer.statusCode,
      headers: new Headers(
        Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]),
      ),
      body: isJson && answer.payload !== '' ? JSON.parse(answer.payload) : answer.payload || undefined,
    };
  };
