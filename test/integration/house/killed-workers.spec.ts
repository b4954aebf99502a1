import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApplication, type StartedApplication } from '../../support/application.js';
import { eventually } from '../../support/eventually.js';
import { MainProcess } from '../../support/main-process.js';

const TASK = 'charging.sweep';

let application: StartedApplication;
let session: pg.Client;

beforeAll(async () => {
  application = await startApplication({ name: 'killed_workers', environment: { PROCESS_ROLE: 'api' } });
  session = new pg.Client({ connectionString: application.database.url });
  await session.connect();
});
afterAll(async () => {
  await session.end();
  await application.close();
});

const rows = <Row = Record<string, unknown>>(sql: string, parameters: readonly unknown[] = []) =>
  application.database.query<Row>(sql, [...parameters]);

const startWorker = () =>
  startApplication({ name: '', database: application.database, environment: { PROCESS_ROLE: 'worker' } });

/** A job that a worker has in hand. */
async function addJobOf(poolId: string): Promise<string> {
  const [job] = await rows<{ id: string }>('SELECT id::text FROM graphile_worker.add_job($1)', [TASK]);
  const id = job?.id ?? '';
  await rows('UPDATE graphile_worker._private_jobs SET locked_by = $1, locked_at = now() WHERE id = $2', [poolId, id]);
  return id;
}
const listLeft = async () =>
  (
    await rows<{ locked_by: string }>(
      'SELECT locked_by FROM graphile_worker.jobs WHERE task_identifier = $1 AND locked_by LIKE $2 ORDER BY 1',
      [TASK, 'pool-of-%'],
    )
  ).map(({ locked_by }) => locked_by);
const listWorkers = async () =>
  (await rows<{ pool_id: string }>('SELECT pool_id FROM job_workers ORDER BY 1')).map(({ pool_id }) => pool_id);
const countConnections = async () =>
  (
    await rows(
      `SELECT FROM pg_stat_activity WHERE application_name = 'uplift-job-worker' AND datname = current_database()`,
    )
  ).length;
const say = (poolId: string, ago: string) =>
  rows(`INSERT INTO job_workers (pool_id, seen_at) VALUES ($1, now() - interval '${ago}')`, [poolId]);

it('takes up the jobs of workers that are gone, and of nobody else', async () => {
  const all = ['gone', 'slow', 'reconnecting', 'the-version-before'].map((name) => `pool-of-${name}`);
  for (const poolId of all) await addJobOf(poolId);
  await say('pool-of-gone', '31 seconds');
  await say('pool-of-slow', '1 hour');
  await session.query(`SELECT pg_advisory_lock(hashtext('uplift job worker'), hashtext('pool-of-slow'))`);
  await say('pool-of-reconnecting', '20 seconds');

  const worker = await startWorker();
  try {
    await eventually(async () => !(await listLeft()).includes('pool-of-gone'), { within: 20_000 });
    expect(await listLeft()).toEqual(['pool-of-reconnecting', 'pool-of-slow', 'pool-of-the-version-before']);
    expect((await listWorkers()).filter((poolId) => !all.includes(poolId))).toHaveLength(1);
    expect(await listWorkers()).not.toContain('pool-of-gone');
    expect(await countConnections()).toBe(1);
  } finally {
    await worker.close();
  }
  expect(await listWorkers()).toEqual(['pool-of-reconnecting', 'pool-of-slow']);
  await eventually(async () => (await countConnections()) === 0);
});

it('takes up the job that a killed worker had in hand, half a minute after its death and not before', async () => {
  await rows('DELETE FROM job_workers');
  const worker = new MainProcess(application.database.url, { PROCESS_ROLE: 'worker', PORT: '0' });
  const [job] = await rows<{ id: string }>('SELECT id::text FROM graphile_worker.add_job($1)', [TASK]);
  const findHolder = async () =>
    (await rows<{ locked_by: string }>('SELECT locked_by FROM graphile_worker.jobs WHERE id = $1', [job?.id]))[0]
      ?.locked_by;
  await session.query('BEGIN');
  await session.query('LOCK TABLE charge_attempts IN ACCESS EXCLUSIVE MODE'); // the job waits in the middle
  let holder: string | undefined;
  try {
    await eventually(async () => (holder = await findHolder()), { within: 30_000 });
    expect(await listWorkers()).toEqual([holder]);
    worker.kill('SIGKILL');
    await worker.ended;
  } finally {
    await session.query('ROLLBACK');
  }

  const early = await startWorker();
  await eventually(async () => (await listWorkers()).length === 2);
  expect(await findHolder()).toBe(holder);
  await early.close();

  await rows(`UPDATE job_workers SET seen_at = seen_at - interval '31 seconds'`);
  const late = await startWorker();
  try {
    await eventually(async () => (await findHolder()) !== holder, { within: 20_000 });
    expect(await listWorkers()).not.toContain(holder);
  } finally {
    await late.close();
  }
}, 60_000);

it('reports no job as given up that was added again while its worker died over it', async () => {
  const add = (key: string) => rows('SELECT graphile_worker.add_job($1, job_key => $2)', ['unknown', key]);
  await add('first');
  await rows(
    `UPDATE graphile_worker._private_jobs SET locked_by = 'pool-of-dead', locked_at = now() WHERE key = 'first'`,
  );
  await add('first');
  await rows(`SELECT graphile_worker.force_unlock_workers(ARRAY['pool-of-dead'])`);
  const { body } = await application.call('GET', '/api/v1/admin/invariants', {
    apiKey: application.config.auth.adminApiKey,
  });
  const look = (body.invariants as { name: string; violations: number }[]).find(
    ({ name }) => name === 'jobs.none_is_given_up',
  );
  expect(await rows('SELECT FROM graphile_worker.jobs WHERE attempts = max_attempts')).toHaveLength(1);
  expect(look?.violations).toBe(0);
});
