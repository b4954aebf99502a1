import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A folder for what is slow to make again: in the project, or, where that may not be written to, one of this user's own. */
export function cacheFolder() {
  const inProject = resolve(import.meta.dirname, '../../.cache');
  try {
    mkdirSync(inProject, { recursive: true });
    accessSync(inProject, constants.W_OK);
    return inProject;
  } catch {
    const own = join(tmpdir(), `uplift-cache-${process.getuid?.() ?? 'user'}`);
    mkdirSync(own, { recursive: true, mode: 0o700 });
    // Programs are run from here: a folder that somebody else prepared is not ours.
    if (process.getuid && statSync(own).uid !== process.getuid()) throw new Error(`${own} belongs to another user`);
    return own;
  }
}
