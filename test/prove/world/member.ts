import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { LAST_WORDS, TIME_VARIABLE, type Order, type Report, type TimeMove } from '../hook/protocol.js';

const HOOK = new URL('../hook/main.js', import.meta.url).href;
const SOURCES = new URL('../../../src/', import.meta.url);
const READY_MILLISECONDS = 60_000;
const LINES_TOLD = 20;

export interface MemberOptions {
  readonly name: string;
  /** Of `src/`, built: `main.js`. */
  readonly script: string;
  readonly environment: NodeJS.ProcessEnv;
  /** The line by which it says that it is up. */
  readonly ready: RegExp;
}

type Unnumbered<Value> = Value extends unknown ? Omit<Value, 'id'> : never;

/** A process of the world that may die at any step, and is started again as an orchestrator would. */
export class Member {
  /** All that its processes have printed. */
  readonly lines: string[] = [];
  /** Steps at which its processes did what a trap told them, in their order. */
  readonly lastWords: string[] = [];
  /** Deaths that nobody had asked for. */
  readonly mishaps: string[] = [];
  /** When its present process was up, in the world's time. */
  startedAt = new Date(0);
  private child: ChildProcess | undefined;
  private readonly answers = new Map<number, (report: Report | undefined) => void>();
  private orders = 0;
  private stopping = false;

  constructor(private readonly options: MemberOptions) {}

  get name(): string {
    return this.options.name;
  }

  get isAlive(): boolean {
    return this.child !== undefined;
  }

  /** @returns the line by which it says that it is up; undefined when it has ended before. */
  async start(moves: readonly TimeMove[]): Promise<string | undefined> {
    const { script, environment } = this.options;
    const { PATH, HOME, TMPDIR } = process.env;
    const child = spawn(process.execPath, [new URL(script, SOURCES).pathname], {
      cwd: tmpdir(),
      env: {
        PATH,
        HOME,
        ...(TMPDIR ? { TMPDIR } : {}),
        ...environment,
        NODE_OPTIONS: `--import ${HOOK}`,
        [TIME_VARIABLE]: JSON.stringify(moves.slice(-1)),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    this.startedAt = new Date(Date.now() + (moves.at(-1)?.shift ?? 0));
    this.stopping = false;
    child.on('message', (report: Report) => this.settle(report.done, report));
    child.once('exit', (code, signal) => this.buried(child, code, signal));
    return this.listen(child);
  }

  /** Why it is not up: what its last processes have printed. */
  describeFailure(): string {
    const said = this.lines.slice(-LINES_TOLD).join('\n') || 'nothing';
    return `${this.name} does not start. It printed: ${said}`;
  }

  /** @returns undefined when it died before it had done so */
  order(order: Unnumbered<Order>): Promise<Report | undefined> {
    const { child } = this;
    if (!child?.connected) return Promise.resolve(undefined);
    const id = ++this.orders;
    return new Promise((resolve) => {
      this.answers.set(id, resolve);
      child.send({ ...order, id }, (error) => error && this.settle(id, undefined));
    });
  }

  /** In order, as an orchestrator ends it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const { child } = this;
    if (!child) return;
    this.stopping = true;
    const gone = once(child, 'close');
    child.kill(signal);
    await gone;
  }

  private settle(id: number, report: Report | undefined): void {
    this.answers.get(id)?.(report);
    this.answers.delete(id);
  }

  private buried(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    if (this.child === child) this.child = undefined;
    for (const id of this.answers.keys()) this.settle(id, undefined);
    if (!this.stopping && signal !== 'SIGKILL') {
      this.mishaps.push(`${this.name} ended by itself (${code ?? signal}): ${this.lines.slice(-3).join(' | ')}`);
    }
  }

  private listen(child: ChildProcess): Promise<string | undefined> {
    return new Promise((resolve) => {
      // Whoever is not up by then is ended, and counts as one that died while it started.
      const timer = setTimeout(() => child.kill('SIGKILL'), READY_MILLISECONDS);
      const end = (line?: string) => {
        clearTimeout(timer);
        resolve(line);
      };
      child.once('close', () => end());
      for (const stream of [child.stdout, child.stderr]) {
        if (!stream) continue;
        createInterface({ input: stream }).on('line', (line) => {
          this.lines.push(line);
          if (line.startsWith(LAST_WORDS)) this.lastWords.push(`${this.name} ${line.slice(LAST_WORDS.length)}`);
          if (this.options.ready.test(line)) end(line);
        });
      }
    });
  }
}
