import { Sweep as ChargingSweep } from '../../../src/charging/jobs/sweep.js';
import { Jobs } from '../../../src/common/jobs/index.js';
import { SessionSweep } from '../../../src/upsell/jobs/session-sweep.js';
import { MatrixWorld, type ProviderId } from '../../e2e/matrix-world.js';
import { eventually } from '../../support/eventually.js';
import { PostOffice } from '../../support/post-office.js';

/** What waits for its siblings by the system's clock, which stands for nothing here. */
const HASTENED = ['subscription.read-from-provider'];

/** The application over one provider, where nothing happens that a command did not ask for. */
export class ModelWorld {
  private constructor(
    readonly matrix: MatrixWorld,
    readonly post: PostOffice,
  ) {}

  static async start(provider: ProviderId, name: string): Promise<ModelWorld> {
    const matrix = await MatrixWorld.start(provider, name);
    const post = await PostOffice.open(matrix.application.call);
    matrix.sandbox.setWebhook(`${post.url}/api/v1/admin/stripe/webhook`);
    matrix.sandbox.setWebhook(`${post.url}/webhooks/dodo`, undefined, 'dodo');
    await stopCronJobs(matrix);
    return new ModelWorld(matrix, post);
  }

  /** Until every event that was given out, and every job that is due, is done. */
  async settle(): Promise<void> {
    const { sandbox, shop } = this.matrix;
    await eventually(
      async () => {
        await sandbox.idle();
        const [row] = await shop.rows<{ open: number; waiting: number }>(
          `SELECT (SELECT count(*) FROM webhook_events WHERE status IN ('pending', 'processing'))::int
                + (SELECT count(*) FROM graphile_worker.jobs WHERE run_at <= now())::int AS open,
                  (SELECT count(*) FROM graphile_worker.jobs WHERE task_identifier = ANY($1))::int AS waiting`,
          [HASTENED],
        );
        if (row && row.waiting > 0) await this.hasten();
        return row?.open === 0 && row.waiting === 0;
      },
      { within: 20_000 },
    );
  }

  /** Moves the time of everything, and settles. */
  async advance(step: { seconds?: number; to?: Date }): Promise<void> {
    await this.matrix.sandbox.advance(step);
    await this.settle();
  }

  /** What the cron jobs do every minute. */
  async sweep(): Promise<void> {
    const { app } = this.matrix.application;
    await app.get(ChargingSweep, { strict: false }).run();
    await this.settle();
    await app.get(SessionSweep, { strict: false }).run();
    await this.settle();
  }

  async close(): Promise<void> {
    await this.post.close();
    await this.matrix.close();
  }

  private async hasten(): Promise<void> {
    const { shop } = this.matrix;
    const hastened = await shop.rows(
      `SELECT graphile_worker.reschedule_jobs(array_agg(id), run_at => now()) FROM graphile_worker.jobs
        WHERE task_identifier = ANY($1) AND run_at > now() AND locked_at IS NULL HAVING count(*) > 0`,
      [HASTENED],
    );
    if (hastened.length > 0) await shop.rows(`SELECT pg_notify('jobs:insert', '{"r":0.5,"count":1}')`);
  }
}

/** They come by the machine's clock, in the middle of anything: here a command is what runs them. */
async function stopCronJobs({ shop, application }: MatrixWorld): Promise<void> {
  const { schedules } = application.app.get(Jobs, { strict: false });
  const tasks = schedules.map(({ task }) => `'${task}'`).join(', ');
  await shop.rows(`CREATE FUNCTION put_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.task_id IN (SELECT id FROM graphile_worker._private_tasks WHERE identifier IN (${tasks})) THEN
      NEW.run_at := 'infinity';
    END IF;
    RETURN NEW;
  END $$`);
  await shop.rows(`CREATE TRIGGER put_off BEFORE INSERT ON graphile_worker._private_jobs
    FOR EACH ROW EXECUTE FUNCTION put_off()`);
}
