import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';
import { eventually } from './eventually.js';

/** Where the build is: `npm test` makes it first. */
const build = resolve(import.meta.dirname, '../..', process.env.TEST_BUILD ?? 'dist', 'src');

export interface ProcessOptions {
  /** Nothing of the tests' own environment is passed on but what a process needs to run. */
  readonly environment: NodeJS.ProcessEnv;
  readonly directory: string;
  /** As npm starts a script: by a shell, which is then what `kill` ends. */
  readonly throughShell?: boolean;
  readonly parameters?: readonly string[];
}

/** A compiled script of src/ as a process of its own, such as `main.js`. */
export class BuiltProcess {
  /** What it has printed, on both outputs. */
  readonly lines: string[] = [];
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  private readonly child: ChildProcess;
  private closed = false;

  constructor(script: string, { environment, directory, throughShell, parameters: given = [] }: ProcessOptions) {
    const { PATH, HOME, TMPDIR } = process.env;
    const command = [process.execPath, resolve(build, script), ...given];
    const [program = '', ...parameters] = throughShell ? ['sh', '-c', '"$0" "$@"; exit $?', ...command] : command;
    this.child = spawn(program, parameters, {
      cwd: directory,
      env: { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.lines.push(line));
    }
    this.ended = once(this.child, 'close').then(([code, signal]) => {
      this.closed = true;
      return (code ?? signal) as number | NodeJS.Signals;
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Closes our end of its outputs, as a terminal or a log collector that went away. */
  stopReading(): void {
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
  }

  /** The first line that matches. Fails with all lines when the process ends without one. */
  async line(pattern: RegExp, within = 45_000): Promise<string> {
    const find = () => this.lines.find((line) => pattern.test(line));
    await eventually(() => find() !== undefined || this.closed, { within });
    const found = find();
    if (found === undefined) throw new Error(`it ended without a line ${pattern}:\n${this.lines.join('\n')}`);
    return found;
  }
}
