import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { prepareDatabase } from '../../src/prepare-database.js';

export interface BenchDatabase {
  readonly url: string;
  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

/** A PostgreSQL of its own with its own settings: every commit is flushed to disk, as in production. */
export async function startDatabase(): Promise<BenchDatabase> {
  const keeper = fileURLToPath(new URL('../../src/local/database/keeper.js', import.meta.url));
  const child = spawn(process.execPath, [keeper, JSON.stringify({})], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true, // it ends when its standard input closes, so also when this process is killed
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const report = JSON.parse(line) as { url?: string; error?: string };
  if (!report.url) throw new Error(`PostgreSQL did not start: ${report.error}`);
  await prepareDatabase(report.url);
  const pool = new pg.Pool({ connectionString: report.url, max: 2 });
  return {
    url: report.url,
    query: async (sql, parameters) => (await pool.query(sql, parameters as unknown[])).rows,
    async stop() {
      await pool.end();
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}
