import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { callerOf } from '../../support/http.js';
import { MainProcess } from '../../support/main-process.js';

describe('SIGTERM', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase('shutdown');
  });

  afterAll(() => database.drop());

  it('answers what was asked before it, takes nothing more, and exits 0', async () => {
    const main = new MainProcess(database.url);
    const url = await main.listening();
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE users IN ACCESS EXCLUSIVE MODE');

    const pending = callerOf(url)('PUT', '/api/v1/service/users/late', {
      apiKey: main.environment.ADMIN_API_KEY,
      body: { name: 'Late', email: 'late@shop.test' },
    });
    await eventually(() => waitsForALock(database));
    main.kill('SIGTERM');
    await eventually(() => isRefused(url));
    await holder.query('COMMIT');
    await holder.end();

    const answer = await pending;
    expect(answer.status).toBeLessThan(300);
    expect(answer.headers.get('connection')).toBe('close');
    expect(await main.ended).toBe(0);
    expect(await database.query(`SELECT name FROM users WHERE external_id = 'late'`)).toEqual([{ name: 'Late' }]);
  });

  it('does not wait for connections that are kept alive', async () => {
    const main = new MainProcess(database.url);
    const call = callerOf(await main.listening());
    await call('GET', '/health/live'); // fetch keeps its connection for the next call
    const before = performance.now();
    expect(await main.stop()).toBe(0);
    expect(performance.now() - before).toBeLessThan(4_000);
  });

  it('ends a process whose output nobody reads any more', async () => {
    const main = new MainProcess(database.url);
    await main.listening();
    main.stopReading();
    expect(await main.stop()).toBe(0);
  });
});

async function waitsForALock(database: TestDatabase): Promise<boolean> {
  const waiting = await database.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return waiting.length > 0;
}

async function isRefused(url: string): Promise<boolean> {
  try {
    await fetch(`${url}/health/live`, { headers: { connection: 'close' } });
    return false;
  } catch {
    return true;
  }
}
