import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { locateBinaries } from './binaries.js';
import { Cluster } from './cluster.js';
import { findFreePort } from './free-port.js';
import type { KeeperOrder, KeeperReport } from './keeper-messages.js';
import { isReachable, serverAccount } from './server-account.js';

/*
 * A process that owns one PostgreSQL server and nothing else. It reports one line of JSON when the server accepts
 * connections, and it stops the server when its standard input closes: in whatever way its parent ends, nothing is left.
 * A signal for the parent's process group does not reach it, so the application can still write while it shuts down.
 */

const MAXIMUM_TRIES = 3;
const order = JSON.parse(process.env.KEEPER_ORDER ?? '{}') as KeeperOrder;
let cluster: Cluster | undefined;
let directory: string | undefined;
let stopping: Promise<never> | undefined;

const stop = (code = 0): Promise<never> => (stopping ??= stopOnce(code));

process.stdout.on('error', () => undefined); // the parent is gone: standard input says so too
process.stdin
  .on('end', () => void stop())
  .on('close', () => void stop())
  .on('error', () => void stop())
  .resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());

try {
  const url = await open();
  report({ url, directory: directory ?? '' });
  await cluster?.ended();
  if (!stopping) await stop(1);
} catch (error) {
  if (!stopping) {
    report({ error: error instanceof Error ? error.message : String(error) });
    await stop(1);
  }
}

async function open(): Promise<string> {
  const account = serverAccount();
  directory = order.directory ? keptDirectory(resolve(order.directory), account) : temporaryDirectory(account);
  cluster = new Cluster({
    directory,
    password: order.password ?? randomBytes(12).toString('hex'),
    settings: order.settings ?? {},
    throwAway: order.directory === undefined,
    account,
    binaries: locateBinaries(account, directory),
  });
  await cluster.initialise();
  for (let tries = 1; ; tries++) {
    try {
      return await cluster.start(await findFreePort());
    } catch (error) {
      // Between finding a free port and opening it, another process may have been faster.
      if (tries === MAXIMUM_TRIES || !/Address already in use/.test(String(error))) throw error;
    }
  }
}

/** Data that is kept: in the folder asked for, or, where the server's account may not enter it, in the system's own place. */
function keptDirectory(wanted: string, account: ReturnType<typeof serverAccount>): string {
  // With a new password (someone deleted `wanted` to begin afresh) it is another place, so that the old data stays away.
  const key = createHash('sha256').update(`${wanted} ${order.password}`).digest('hex').slice(0, 12);
  mkdirSync(wanted, { recursive: true });
  const chosen = isReachable(join(wanted, 'data'), account) ? wanted : `/var/lib/uplift/${key}`;
  mkdirSync(chosen, { recursive: true, mode: 0o755 });
  return chosen;
}

function temporaryDirectory(account: ReturnType<typeof serverAccount>): string {
  const parent = isReachable(join(tmpdir(), 'x'), account) ? tmpdir() : '/tmp';
  const created = mkdtempSync(join(parent, 'uplift-database-'));
  chmodSync(created, 0o755);
  return created;
}

async function stopOnce(code: number): Promise<never> {
  await cluster?.stop();
  if (directory && order.directory === undefined && existsSync(directory)) {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
  process.exit(code);
}

function report(line: KeeperReport): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
