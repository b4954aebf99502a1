import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import pg from 'pg';
import { eventually } from '../../support/eventually.js';
import { callerOf } from '../../support/http.js';
import { BuiltProcess } from '../../support/process.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const ANY_PORTS = { PORT: '0', SANDBOX_PORT: '0', STOREFRONT_PORT: '0' };
const READY = /Ctrl-C stops everything/;

interface LocalUrls {
  readonly application: string;
  readonly sandbox: string;
  readonly database: string;
  readonly databaseFiles: string;
  readonly adminKey: string;
}

describe('npm start', () => {
  let directory: string;
  const started: BuiltProcess[] = [];

  const start = (environment: NodeJS.ProcessEnv = {}, throughShell = false): BuiltProcess => {
    const options = { environment: { ...ANY_PORTS, ...environment }, directory, throughShell };
    const child = new BuiltProcess('local/main.js', options);
    started.push(child);
    return child;
  };

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'uplift-local-'));
    chmodSync(directory, 0o755); // as root, PostgreSQL's own account must be able to enter
  });

  afterEach(async () => {
    for (const child of started.splice(0)) {
      child.kill('SIGTERM');
      await child.ended;
    }
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('brings up everything from nothing, prints where, and leaves nothing behind at SIGTERM', async () => {
    const child = start();
    const urls = await ready(child);
    const call = callerOf(urls.application);
    expect(await call('GET', '/health/ready')).toMatchObject({ status: 200 });
    expect((await call('GET', '/docs')).status).toBe(200);
    expect(await callerOf(urls.sandbox)('GET', '/sandbox/clock')).toMatchObject({ status: 200 });
    const banner = child.lines.findIndex((line) => READY.test(line));
    const before = child.lines.slice(0, banner);
    const steps = ['Starting the database ...', 'Starting the sandbox and Uplift ...', 'Adding the demo data ...'];
    expect(before.filter((line) => line.endsWith(' ...'))).toEqual(steps);
    expect(before.filter((line) => / info .*PUT/.test(line))).toEqual([]);
    child.kill('SIGTERM');
    expect(await child.ended).toBe(0);
    expect(await stillListening(urls)).toEqual([]);
  });

  it('keeps its data, its keys and the provider’s state for the next start', async () => {
    const first = start();
    const before = await ready(first);
    const user = { name: 'Lan', email: 'lan@shop.test' };
    const put = await callerOf(before.application)('PUT', '/api/v1/service/users/kept', {
      apiKey: before.adminKey,
      body: user,
    });
    expect(put.status).toBeLessThan(300);
    const advanced = await callerOf(before.sandbox)('POST', '/sandbox/clock/advance', { body: { days: 400 } });
    first.kill('SIGINT');
    expect(await first.ended).toBe(0);

    const after = await ready(start());
    expect(after.adminKey).toBe(before.adminKey);
    const { now } = (await callerOf(after.sandbox)('GET', '/sandbox/clock')).body;
    expect(Date.parse(now)).toBeGreaterThanOrEqual(Date.parse(advanced.body.now));
    expect(await queryOnce(after.database, `SELECT name FROM users WHERE external_id = 'kept'`)).toEqual([
      { name: 'Lan' },
    ]);
  });

  it('leaves nothing behind when it is killed, and starts again at once', async () => {
    const killed = start();
    const before = await ready(killed);
    killed.kill('SIGKILL');
    expect(await killed.ended).toBe('SIGKILL');
    const after = await ready(start());
    await eventually(async () => (await stillListening(before)).length === 0);
    expect(await callerOf(after.application)('GET', '/health/ready')).toMatchObject({ status: 200 });
  });

  it('leaves nothing behind when only the npm that runs it ends', async () => {
    const npm = start({ npm_lifecycle_event: 'start' }, true);
    const urls = await ready(npm);
    npm.kill('SIGKILL');
    await npm.ended; // its outputs are closed: nobody is left who holds them
    expect(await stillListening(urls)).toEqual([]);
  });

  it('recovers from what a crash leaves: a process number that is another’s by now', async () => {
    const stale = join(directory, '.uplift', 'database', 'data', 'postmaster.pid');
    writeFileSync(stale, `${process.pid}\n${join(directory, '.uplift/database/data')}\n`);
    writeFileSync(join(directory, '.uplift', 'running.pid'), String(process.pid));
    await ready(start());
    expect(readFileSync(stale, 'utf8').split('\n')[0]).not.toBe(String(process.pid));
  });

  it('ends as a whole when its database ends', async () => {
    const child = start();
    const urls = await ready(child);
    const pid = readFileSync(join(directory, '.uplift/database/data/postmaster.pid'), 'utf8').split('\n')[0];
    process.kill(Number(pid), 'SIGKILL');
    expect(await child.ended).toBe(1);
    expect(child.lines).toContain('The database ended: stopping the rest.');
    expect(await stillListening(urls)).toEqual([]);
  });

  it('says in one line that it already runs here', async () => {
    const first = start();
    await ready(first);
    const second = start();
    expect(await second.ended).toBe(1);
    expect(second.lines).toEqual([
      `Uplift already runs here as process ${first.pid}: stop it first, or start in another folder.`,
    ]);
  });

  describe.each(['PORT', 'SANDBOX_PORT', 'STOREFRONT_PORT'])('when the port of %s is taken', (name) => {
    let other: Server;
    let port: number;

    beforeAll(async () => {
      other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      port = (other.address() as AddressInfo).port;
    });

    afterAll(() => {
      other.close();
    });

    it('says so in one line, before it starts anything', async () => {
      const child = start({ [name]: String(port) });
      expect(await child.ended).toBe(1);
      expect(child.lines).toEqual([
        `Port ${port} is taken by another process: set ${name} to a free one, or end that process.`,
      ]);
    });
  });

  (process.getuid?.() === 0 ? describe : describe.skip)('as root', () => {
    it('finds a place for its data where PostgreSQL’s account may not enter the current directory', async () => {
      chmodSync(directory, 0o700);
      rmSync(join(directory, '.uplift'), { recursive: true, force: true });
      const child = start();
      const { databaseFiles } = await ready(child);
      expect(databaseFiles).toMatch(/^\/var\/lib\/uplift\/[0-9a-f]{12}$/);
      child.kill('SIGTERM');
      expect(await child.ended).toBe(0);
      rmSync(databaseFiles, { recursive: true });
    });
  });

  it('is the bare application in production, which insists on a configuration', async () => {
    const child = start({ NODE_ENV: 'production' });
    expect(await child.ended).toBe(1);
    expect(child.lines[0]).toMatch(/^The configuration has \d+ problem/);
    expect(child.lines).toContain('  - DATABASE_URL is missing');
  });
});

async function ready(child: BuiltProcess): Promise<LocalUrls> {
  await child.line(READY);
  return readUrls(child.lines);
}

function readUrls(lines: readonly string[]): LocalUrls {
  const value = (title: string) =>
    lines
      .find((line) => line.includes(title))
      ?.trim()
      .split(/\s{2,}/)[1] ?? '';
  return {
    application: value('API with Swagger UI').replace(/\/docs$/, ''),
    sandbox: value('Payment provider sandbox'),
    database: value('Database '),
    databaseFiles: value('Its files'),
    adminKey: value('Admin key'),
  };
}

async function stillListening(urls: LocalUrls): Promise<string[]> {
  const answers = await Promise.all(
    [urls.application, urls.sandbox, urls.database].map(async (url) => {
      const { hostname, port } = new URL(url);
      return (await isListening(Number(port), hostname)) ? [url] : [];
    }),
  );
  return answers.flat();
}

async function isListening(port: number, host: string): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, 'listening');
    return false;
  } catch {
    return true;
  } finally {
    probe.close();
  }
}

async function queryOnce(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
