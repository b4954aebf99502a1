import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LocalFailure } from './local-failure.js';
import { toReadable } from './readable-log.js';

const STOP_MILLISECONDS = 12_000;

export interface ChildOptions {
  /** As it stands before its lines in the terminal. */
  readonly name: string;
  /** Compiled script, from this folder. */
  readonly script: string;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * A process that cannot outlive this one: it ends when the channel to us closes. It is in a process group of its own, so
 * that Ctrl-C reaches us alone and the processes end in the right order.
 */
export class Child {
  readonly name: string;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  /** While what happens is this start's own doing: then only what is wrong is worth a person's time. */
  isQuiet = false;
  private readonly child: ChildProcess;
  private readonly report: Promise<Record<string, string>>;

  constructor({ name, script, environment }: ChildOptions) {
    this.name = name;
    this.child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url))], {
      env: environment,
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    this.ended = once(this.child, 'exit').then(() => undefined);
    this.report = this.pass();
    this.report.catch(() => undefined); // only some are asked for their report
  }

  /**
   * The first line that the process says as an object with these fields; such lines are ours and are not shown.
   *
   * @throws LocalFailure with the process's own reason when it ends first
   */
  async reported<Field extends string>(...fields: Field[]): Promise<Record<Field, string>> {
    const report = await this.report;
    if (fields.some((field) => report[field] === undefined)) {
      throw new LocalFailure(report['error'] ?? `The ${this.name} did not start.`);
    }
    return report as Record<Field, string>;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Asks it to end, and insists after a while. */
  async stop(): Promise<void> {
    if (this.hasEnded) return;
    this.child.kill('SIGTERM');
    const inTime = this.ended.then(() => true);
    if (!(await Promise.race([inTime, pause(STOP_MILLISECONDS, false, { ref: false })]))) this.kill();
    await this.ended;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Shows what it says; resolves with its first report. */
  private pass(): Promise<Record<string, string>> {
    return new Promise((resolve) => {
      for (const stream of [this.child.stdout, this.child.stderr]) {
        if (!stream) continue;
        createInterface({ input: stream }).on('line', (line) => {
          const report = parseReport(line);
          if (report) return resolve(report);
          const readable = toReadable(this.name, line, this.isQuiet);
          if (readable !== undefined) console.log(readable);
        });
      }
      void this.ended.then(() => resolve({}));
    });
  }
}

const REPORTS = ['url', 'sandbox', 'storefront', 'error'];

function parseReport(line: string): Record<string, string> | undefined {
  if (!REPORTS.some((field) => line.startsWith(`{"${field}":"`))) return undefined;
  try {
    return JSON.parse(line) as Record<string, string>;
  } catch {
    return undefined;
  }
}
