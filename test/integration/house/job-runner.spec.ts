import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApplication, type StartedApplication } from '../../support/application.js';
import { eventually } from '../../support/eventually.js';

const TASK = 'charging.sweep';
let application: StartedApplication;

beforeAll(async () => {
  application = await startApplication({ name: 'job_runner', environment: { PROCESS_ROLE: 'worker' } });
});
afterAll(() => application.close());

const add = () => application.database.query('SELECT graphile_worker.add_job($1)', [TASK]);
const countJobs = async () =>
  (await application.database.query('SELECT FROM graphile_worker.jobs WHERE task_identifier = $1', [TASK])).length;

it('goes on after the database would not take it that a job is done, and does again what was in hand', async () => {
  const { database } = application;
  await database.query(`CREATE SEQUENCE refused`);
  // What a sequence has counted stays, also when the statement fails.
  await database.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM nextval('refused'); RAISE EXCEPTION 'the database goes away' USING ERRCODE = '57P02'; END $$`);
  await database.query(`CREATE TRIGGER refuse BEFORE DELETE ON graphile_worker._private_jobs
    FOR EACH ROW EXECUTE FUNCTION refuse()`);
  await add();
  await eventually(async () => {
    const [row] = await database.query<{ is_called: boolean }>('SELECT is_called FROM refused');
    return row?.is_called;
  });
  await database.query('DROP TRIGGER refuse ON graphile_worker._private_jobs');
  await add();
  await eventually(async () => (await countJobs()) === 0, { within: 20_000 });
  expect(await countJobs()).toBe(0);
});
