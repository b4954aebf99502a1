import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../support/database.js';
import { callerOf } from '../../support/http.js';
import { MainProcess } from '../../support/main-process.js';

describe('the start', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase('start_up');
  });

  afterAll(() => database.drop());

  /** Starts it where it cannot start, and gives what it then says. */
  async function failedStart(environment: NodeJS.ProcessEnv): Promise<string[]> {
    const main = new MainProcess(database.url, { LOG_LEVEL: 'fatal', ...environment });
    expect(await main.ended).toBe(1);
    return main.lines;
  }

  it('names every problem of the configuration', async () => {
    expect(await failedStart({ PORT: 'x', JWT_SECRET: '', ADMIN_API_KEY: '' })).toEqual([
      'The configuration has 3 problem(s):',
      '  - PORT must be a whole number from 0 to 65535',
      '  - JWT_SECRET is missing',
      '  - ADMIN_API_KEY is missing',
    ]);
  });

  it('says in one line that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    expect(await failedStart({ PORT: String(port) })).toEqual([
      `Port ${port} is taken by another process: set PORT, or end that process.`,
    ]);
    other.close();
  });

  it('says in one line that the database does not answer', async () => {
    expect(await failedStart({ DATABASE_URL: 'postgres://uplift:secret@127.0.0.1:9/uplift' })).toEqual([
      'The database at 127.0.0.1:9 cannot be reached (ECONNREFUSED): start it, or correct DATABASE_URL.',
    ]);
  });

  it('says in one line that the host of the database is unknown', async () => {
    const lines = await failedStart({ DATABASE_URL: 'postgres://uplift:secret@database.invalid/uplift' });
    expect(lines).toEqual([
      expect.stringMatching(/^The database at database\.invalid:5432 cannot be reached \(E\w+\)/),
    ]);
  });

  it('says in one line that the password is wrong, and prints none', async () => {
    const url = new URL(database.url);
    url.password = 'wrong';
    expect(await failedStart({ DATABASE_URL: url.href })).toEqual([
      `The database at ${url.host} refuses the user or password of DATABASE_URL.`,
    ]);
  });

  it('says in one line that there is no such database', async () => {
    const url = new URL('/no_such_database', database.url);
    expect(await failedStart({ DATABASE_URL: url.href })).toEqual([
      `The database named in DATABASE_URL does not exist at ${url.host}: create it.`,
    ]);
  });
});

describe('instances that start at the same time on an empty database', () => {
  let database: TestDatabase;
  const started: MainProcess[] = [];

  beforeAll(async () => {
    database = await createEmptyDatabase('first_start');
  });

  afterEach(async () => {
    for (const main of started) await main.stop();
  });

  afterAll(() => database.drop());

  it('all come up, and migrate once', async () => {
    for (const role of ['all', 'api', 'worker']) started.push(new MainProcess(database.url, { PROCESS_ROLE: role }));
    for (const main of started) {
      const call = callerOf(await main.listening());
      expect(await call('GET', '/health/ready')).toMatchObject({ status: 200 });
    }
    const done = await database.query<{ names: string; times: string }>(
      'SELECT count(DISTINCT name) AS names, count(*) AS times FROM migrations',
    );
    expect(done[0]?.names).toBe(done[0]?.times);
    expect(Number(done[0]?.names)).toBeGreaterThanOrEqual(4);
  });
});
