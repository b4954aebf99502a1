import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalFailure } from './local-failure.js';

/**
 * One start per directory: two would fight over one data directory. A lock that a crash left is taken over.
 *
 * @returns gives the directory free again
 * @throws LocalFailure when another start is running here
 */
export function lockDirectory(directory: string): () => void {
  const file = join(directory, 'running.pid');
  for (let tries = 1; ; tries++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || tries === 3) throw error;
    }
    const pid = Number(readFileSync(file, 'utf8'));
    if (isRunningHere(pid)) {
      throw new LocalFailure(`Uplift already runs here as process ${pid}: stop it first, or start in another folder.`);
    }
    rmSync(file, { force: true });
  }
}

/** The number of a process that ended may be another's by now: where the system tells, its command must be ours. */
function isRunningHere(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const command = `/proc/${pid}/cmdline`;
  return (
    !existsSync('/proc/self/cmdline') || (existsSync(command) && /local.main\.js/.test(readFileSync(command, 'utf8')))
  );
}
