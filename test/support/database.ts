import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { prepareDatabase } from '../../src/prepare-database.js';

const TEMPLATE = 'uplift_template';
const TEMPLATE_LOCK = 4_711;

export interface TestDatabase {
  readonly url: string;
  /** Runs one statement outside the application and gives its rows. */
  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

/**
 * A database of its own for one test file, on the PostgreSQL that this run started: cloned in some 100 ms from a
 * migrated template, which the first caller of the run builds.
 */
export async function createTestDatabase(name: string): Promise<TestDatabase> {
  const database = `${databaseName(name)}_${randomBytes(4).toString('hex')}`;
  await asAdministrator(async (administrator) => {
    await buildTemplateOnce(administrator);
    await administrator.query(`CREATE DATABASE ${database} TEMPLATE ${TEMPLATE} STRATEGY FILE_COPY`);
  });
  return open(database);
}

/** A database without tables: for tests of the migrations and of the first start. */
export async function createEmptyDatabase(name: string): Promise<TestDatabase> {
  const database = `${databaseName(name)}_${randomBytes(4).toString('hex')}`;
  await asAdministrator((administrator) => administrator.query(`CREATE DATABASE ${database} TEMPLATE template0`));
  return open(database);
}

function open(database: string): TestDatabase {
  const url = urlOf(database);
  const pool = new pg.Pool({ connectionString: url, max: 4, application_name: 'test' });
  pool.on('error', () => undefined); // a connection cut by DROP DATABASE
  return {
    url,
    query: async (sql, parameters) => (await pool.query(sql, parameters as unknown[])).rows,
    async drop() {
      await pool.end();
      await asAdministrator((administrator) => administrator.query(`DROP DATABASE ${database} WITH (FORCE)`));
    },
  };
}

async function buildTemplateOnce(administrator: pg.Client): Promise<void> {
  await administrator.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  const { rowCount } = await administrator.query('SELECT FROM pg_database WHERE datname = $1', [TEMPLATE]);
  if (rowCount === 0) {
    const building = `${TEMPLATE}_${randomBytes(4).toString('hex')}`;
    await administrator.query(`CREATE DATABASE ${building} TEMPLATE template0`);
    await prepareDatabase(urlOf(building));
    await administrator.query(`ALTER DATABASE ${building} RENAME TO ${TEMPLATE}`);
  }
  await administrator.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
}

async function asAdministrator(work: (administrator: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf('postgres') });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end(); // releases the lock also when the work failed
  }
}

function urlOf(database: string): string {
  const server = process.env.TEST_POSTGRES_URL;
  if (!server) throw new Error('TEST_POSTGRES_URL is not set: run the tests with test/vitest.config.mjs');
  return new URL(`/${database}`, server).href;
}

const databaseName = (name: string): string => `test_${name.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`.slice(0, 50);
