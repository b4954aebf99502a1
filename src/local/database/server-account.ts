import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Who runs the database server. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/** Accounts that nearly every system has, the fitting one first. */
const CANDIDATES = ['postgres', 'nobody'];

/**
 * PostgreSQL refuses to run as root. As root its server is started under another account of this system (none is created);
 * as an ordinary user it is the user's own process.
 *
 * @returns undefined for the user's own account
 */
export function serverAccount(): ServerAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const candidate of CANDIDATES) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${candidate}:`))?.split(':') ?? [];
    if (Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL does not run as root, and this system has no account "postgres" or "nobody".');
}

/** Whether `account` may enter every folder above `path`: it may not enter root's home, for example. */
export function isReachable(path: string, account: ServerAccount | undefined): boolean {
  if (account === undefined) return true;
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    const { uid, gid, mode } = statSync(folder);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
