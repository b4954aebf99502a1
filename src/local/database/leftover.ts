import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const POLL_MILLISECONDS = 50;
const PATIENCE_MILLISECONDS = 4_000;

/**
 * What a crash can leave in a data directory: `postmaster.pid` of a server that is gone (its number may be another
 * process's by now, and PostgreSQL would then refuse to start), or a server that outlived its keeper. The latter usually
 * is shutting down already; if not, it is asked to, because nobody else owns this directory.
 */
export async function clearLeftoverServer(dataDirectory: string): Promise<void> {
  const file = join(dataDirectory, 'postmaster.pid');
  for (const signal of [undefined, 'SIGINT', 'SIGQUIT'] as const) {
    const pid = readPid(file);
    if (pid === undefined) return;
    if (!isServer(pid)) return rmSync(file, { force: true });
    if (signal) process.kill(pid, signal);
    if (await disappears(file, pid)) return;
  }
  throw new Error(`A PostgreSQL server of an earlier start (process ${readPid(file)}) does not end: end it first.`);
}

async function disappears(file: string, pid: number): Promise<boolean> {
  const deadline = performance.now() + PATIENCE_MILLISECONDS;
  while (performance.now() < deadline) {
    if (!existsSync(file) || !isServer(pid)) {
      rmSync(file, { force: true });
      return true;
    }
    await pause(POLL_MILLISECONDS);
  }
  return false;
}

function readPid(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

/** Whether the process runs and, where the system tells, is a PostgreSQL server. */
function isServer(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const name = `/proc/${pid}/comm`;
  if (!existsSync('/proc/self/comm')) return true;
  return existsSync(name) && readFileSync(name, 'utf8').trim() === 'postgres';
}
