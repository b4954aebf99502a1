import { expect } from 'vitest';
import { Database } from '../../../src/common/database/index.js';
import { WAKE_WAITING_TASK } from '../../../src/identity/index.js';
import { startApplication, type StartedApplication } from '../../support/application.js';
import type { TestDatabase } from '../../support/database.js';
import type { Answer } from '../../support/http.js';

export const ADMIN_KEY = 'upl_admin_Vt5Kq9Zx2Rw8Lb3Nm7Hc';

/** An application whose process runs no jobs: those that were added stay to be seen. */
export async function startApi(name: string, environment: NodeJS.ProcessEnv = {}): Promise<StartedApplication> {
  const variables = { PROCESS_ROLE: 'api', ADMIN_API_KEY: ADMIN_KEY, ...environment };
  const application = await startApplication({ name, environment: variables });
  await openEveryConnection(application);
  return application;
}

/** Otherwise the first of many requests is done before the second has a connection, and nothing races. */
async function openEveryConnection(application: StartedApplication): Promise<void> {
  const database = application.app.get(Database, { strict: false });
  await Promise.all(times(application.config.database.poolSize, () => database.query('SELECT pg_sleep(0.05)')));
}

/** Keys of the wake jobs that wait in the queue, oldest first. */
export async function readWakeKeys(database: TestDatabase): Promise<string[]> {
  const rows = await database.query<{ key: string }>(
    `SELECT job.payload->>'key' AS key
       FROM graphile_worker._private_jobs job JOIN graphile_worker._private_tasks task ON task.id = job.task_id
      WHERE task.identifier = $1 ORDER BY job.id`,
    [WAKE_WAITING_TASK],
  );
  return rows.map((row) => row.key);
}

export const putUser = (application: StartedApplication, externalId: string, body: object = {}): Promise<Answer> =>
  application.call('PUT', `/api/v1/service/users/${externalId}`, {
    apiKey: ADMIN_KEY,
    body: { name: `Name of ${externalId}`, email: `${externalId}@shop.test`, ...body },
  });

export const getUser = (application: StartedApplication, externalId: string): Promise<Answer> =>
  application.call('GET', `/api/v1/service/users/${externalId}`, { apiKey: ADMIN_KEY });

export function expectProblem(answer: Answer, status: number, code: string): void {
  expect({ status: answer.status, code: answer.body?.code, type: answer.headers.get('content-type') }).toEqual({
    status,
    code,
    type: 'application/problem+json; charset=utf-8',
  });
}

/** How many answers there were of each kind: `{ 'status code': count }`. */
export function tally(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const kind = status >= 400 ? `${status} ${body.code}` : String(status);
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

export const times = <Value>(count: number, make: (position: number) => Value): Value[] =>
  Array.from({ length: count }, (_item, position) => make(position));
