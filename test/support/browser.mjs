import chromium from '@sparticuz/chromium';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join, resolve } from 'node:path';
/** Unpack once, into a folder of our own (never the library's default in the temporary folder: it may be another user's or another version's). */
export async function chromiumPath(cache = process.env.CHROMIUM_CACHE ?? resolve('.cache')) {
  const version = JSON.parse(
    readFileSync(fileURLToPath(new URL('../../package.json', import.meta.resolve('@sparticuz/chromium'))), 'utf8'),
  ).version;
  const dir = join(cache, `chromium-${version}`);
  if (existsSync(join(dir, 'chromium'))) return join(dir, 'chromium');
  const tmp = `${dir}.${process.pid}`;
  mkdirSync(tmp, { recursive: true });
  const old = process.env.TMPDIR;
  process.env.TMPDIR = tmp; // os.tmpdir() is read at call time
  try {
    chromium.setGraphicsMode = false;
    await chromium.executablePath();
  } finally {
    if (old === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = old;
  }
  try {
    renameSync(tmp, dir);
  } catch {
    /* another process was first */
  }
  return join(dir, 'chromium');
}
