import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const typescript = new URL('./typescript.mjs', import.meta.url).href;
const keeper = fileURLToPath(new URL('../../src/local/database/keeper.ts', import.meta.url));

/** A throw-away server: fast because nothing has to survive a power cut. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  // Far from UTC, so that a rule that depends on the server's time zone shows itself.
  timezone: 'Asia/Ho_Chi_Minh',
};

/**
 * Starts the same keeper process as `npm start` does, around a throw-away PostgreSQL. When this process ends, in
 * whatever way, the keeper's standard input closes, and it deletes server and data.
 */
export async function startKeeper() {
  const child = spawn(process.execPath, ['--import', typescript, keeper], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
    env: { ...process.env, NODE_OPTIONS: '', KEEPER_ORDER: JSON.stringify({ settings }) },
  });
  const ended = once(child, 'exit');
  const report = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([line]) => JSON.parse(line)),
    ended.then(([code]) => ({ error: `its keeper ended with code ${code}` })),
  ]);
  if (report.error) throw new Error(`The tests' PostgreSQL did not start: ${report.error}`);
  for (const part of [child, child.stdin, child.stdout]) part.unref();
  return {
    url: report.url,
    async stop() {
      child.ref();
      child.stdin.end();
      await ended;
    },
  };
}
