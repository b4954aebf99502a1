import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { prepareDatabase } from '../../../src/prepare-database.js';
import { searchPathOf, VIRTUAL_TIME_SCHEMA } from './virtual-time-schema.js';

const KEEPER = fileURLToPath(new URL('../../../src/local/database/keeper.js', import.meta.url));
const TEMPLATE = 'prove_template';

/**
 * What is committed survives the death of the server's processes, which is all that is played here; nothing has to survive a
 * power cut, so nothing is flushed to disk.
 */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'on', max_connections: '100' };

/** One PostgreSQL for all runs, with a migrated database in the world's time to copy from. */
export class DatabaseServer {
  private constructor(
    private readonly keeper: ChildProcess,
    private readonly url: string,
  ) {}

  static async start(): Promise<DatabaseServer> {
    const keeper = spawn(process.execPath, [KEEPER], {
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true, // it ends when its standard input closes, so also when this process is killed
      env: { ...process.env, NODE_OPTIONS: '', KEEPER_ORDER: JSON.stringify({ settings: SETTINGS }) },
    });
    // It may die before it has said anything; what it says as an error is on our own output.
    const line = await Promise.race([
      once(createInterface({ input: keeper.stdout }), 'line').then(([first]) => String(first)),
      once(keeper, 'close').then(() => undefined),
    ]);
    const report = JSON.parse(line ?? '{}') as { url?: string; error?: string };
    if (!report.url)
      throw new Error(`PostgreSQL did not start: ${report.error ?? `its keeper ended with ${keeper.exitCode}`}`);
    const server = new DatabaseServer(keeper, report.url);
    await server.makeTemplate();
    return server;
  }

  /** @returns the copy's URL */
  async copy(name: string): Promise<string> {
    await this.administer(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY FILE_COPY`, searchPathOf(name));
    return this.urlOf(name);
  }

  drop(name: string): Promise<void> {
    return this.administer(`DROP DATABASE ${name} WITH (FORCE)`);
  }

  async stop(): Promise<void> {
    const ended = once(this.keeper, 'exit');
    this.keeper.stdin?.end();
    await ended;
  }

  private async makeTemplate(): Promise<void> {
    await this.administer(`CREATE DATABASE ${TEMPLATE} TEMPLATE template0`, searchPathOf(TEMPLATE));
    await run(this.urlOf(TEMPLATE), VIRTUAL_TIME_SCHEMA);
    await prepareDatabase(this.urlOf(TEMPLATE));
  }

  private administer(...statements: readonly string[]): Promise<void> {
    return run(this.url, ...statements);
  }

  private urlOf(database: string): string {
    return new URL(`/${database}`, this.url).href;
  }
}

async function run(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
