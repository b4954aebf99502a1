import { existsSync, readFileSync } from 'node:fs';

const POLL_MILLISECONDS = 300;
const SHELLS = new Set(['sh', 'dash', 'bash', 'ash', 'busybox', 'zsh']);

/**
 * Calls `onGone` when the `npm start` that runs us has ended: npm ends on SIGTERM without passing it on, and the shell that it
 * starts us with may even stay behind. Whoever starts us without npm may go without us.
 */
export function watchNpm(environment: NodeJS.ProcessEnv, onGone: () => void): void {
  if (!environment.npm_lifecycle_event) return;
  const parent = process.ppid;
  const shellsParent = isShell(parent) ? parentOf(parent) : undefined;
  const isGone = () => process.ppid !== parent || (shellsParent !== undefined && parentOf(parent) !== shellsParent);
  setInterval(() => isGone() && onGone(), POLL_MILLISECONDS).unref();
}

function isShell(pid: number): boolean {
  const file = `/proc/${pid}/comm`;
  return existsSync(file) && SHELLS.has(readFileSync(file, 'utf8').trim());
}

/** The fourth field of `stat`, counted behind the name in brackets, which may hold anything. */
function parentOf(pid: number): number | undefined {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return undefined;
  const stat = readFileSync(file, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}
