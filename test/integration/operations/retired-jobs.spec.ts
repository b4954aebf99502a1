import { afterAll, beforeAll, expect, it } from 'vitest';
import { Invariants } from '../../../src/common/invariants/index.js';
import { startApplication, type StartedApplication } from '../../support/application.js';
import { eventually } from '../../support/eventually.js';

const RETIRED = 'common.delete-old-idempotent-requests';
let application: StartedApplication;

beforeAll(async () => {
  application = await startApplication({ name: 'retired_jobs', environment: { PROCESS_ROLE: 'api' } });
});
afterAll(() => application?.close());

const rows = <Row = Record<string, unknown>>(sql: string) => application.database.query<Row>(sql);
const left = async () =>
  (await rows<{ task: string }>('SELECT task_identifier AS task FROM graphile_worker.jobs')).map(({ task }) => task);
const add = (task: string, attempts: number) =>
  rows(`WITH added AS (SELECT * FROM graphile_worker.add_job('${task}', run_at => now() - interval '1 day'))
        SELECT FROM added, graphile_worker.reschedule_jobs(ARRAY[added.id], attempts => ${attempts})`);

/** What `jobs.none_is_given_up` and `jobs.none_is_overdue` name. */
const complaints = async () => {
  const invariants = application.app.get(Invariants, { strict: false }).list();
  const found = [];
  for (const { name, sql } of invariants.filter((invariant) => invariant.name.startsWith('jobs.'))) {
    const broken = await rows<{ detail: { task: string } }>(sql);
    expect(name).toMatch(/^jobs\.none_is_(given_up|overdue)$/);
    found.push(...broken.map(({ detail }) => detail.task));
  }
  return found;
};

it('what the version before has left of a job that is done no more goes, and a later version’s job stays', async () => {
  await add(RETIRED, 0);
  await add(RETIRED, 25);
  await add('later.job', 0);
  expect(await complaints()).toEqual(expect.arrayContaining([RETIRED, RETIRED]));
  const worker = await startApplication({ name: 'retired_jobs', database: application.database });
  try {
    await eventually(async () => (await left()).join() === 'later.job');
    await add(RETIRED, 3); // by the cron of a replica of the version before
    await eventually(async () => (await left()).join() === 'later.job');
    expect(await complaints()).toEqual(['later.job']);
  } finally {
    await worker.close();
  }
});
