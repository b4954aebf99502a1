import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Binaries } from './binaries.js';
import { clearLeftoverServer } from './leftover.js';
import type { ServerAccount } from './server-account.js';

const POLL_MILLISECONDS = 20;
const READY_MILLISECONDS = 60_000;
const STOP_MILLISECONDS = 5_000;
const LOG_TAIL_CHARACTERS = 2_000;

export interface ClusterOptions {
  /** Holds `data/` and `postgres.log`. */
  readonly directory: string;
  readonly password: string;
  readonly settings: Readonly<Record<string, string>>;
  /** A throw-away cluster is not flushed to disk. */
  readonly throwAway: boolean;
  readonly account?: ServerAccount;
  readonly binaries: Binaries;
}

/** One PostgreSQL server and its data directory. */
export class Cluster {
  private readonly data: string;
  private readonly log: string;
  private running?: ChildProcess;
  private stopped = false;

  constructor(private readonly options: ClusterOptions) {
    this.data = join(options.directory, 'data');
    this.log = join(options.directory, 'postgres.log');
  }

  /** Creates the data directory where there is none. An interrupted creation leaves nothing that looks finished. */
  async initialise(): Promise<void> {
    this.ensureSameMajorVersion();
    if (existsSync(this.data)) return;
    const unfinished = `${this.data}.new`;
    const passwordFile = join(this.options.directory, 'password');
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { mode: 0o700 });
    writeFileSync(passwordFile, this.options.password, { mode: 0o600 });
    this.giveToAccount(unfinished, passwordFile);
    const flags = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
    const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    const sync = this.options.throwAway ? ['--no-sync'] : [];
    const initdb = this.launch(this.options.binaries.initdb, [`--pgdata=${unfinished}`, ...flags, ...access, ...sync]);
    const [code] = await once(initdb, 'close');
    rmSync(passwordFile, { force: true });
    if (code !== 0) throw new Error(`PostgreSQL's data directory could not be created:\n${this.tail()}`);
    renameSync(unfinished, this.data);
  }

  /**
   * Starts the server on 127.0.0.1 and waits until it accepts connections.
   *
   * @returns URL of its database `postgres`
   * @throws with the end of the server's log
   */
  async start(port: number): Promise<string> {
    await clearLeftoverServer(this.data);
    const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...this.options.settings };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const server = this.launch(this.options.binaries.postgres, ['-D', this.data, '-p', String(port), ...flags]);
    const deadline = performance.now() + READY_MILLISECONDS;
    while (!this.isReady(server.pid)) {
      if (hasEnded(server) || performance.now() > deadline) {
        await this.end(server);
        throw new Error(`PostgreSQL did not start:\n${this.tail()}`);
      }
      await pause(POLL_MILLISECONDS);
    }
    return `postgres://postgres:${encodeURIComponent(this.options.password)}@127.0.0.1:${port}/postgres`;
  }

  /** Ends whatever runs, initdb too, for good. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.running) await this.end(this.running);
  }

  /** Ends when the server ends by itself. */
  async ended(): Promise<void> {
    if (this.running && !hasEnded(this.running)) await once(this.running, 'close');
  }

  /** In order, and if that takes too long without ceremony. */
  private async end(child: ChildProcess): Promise<void> {
    if (hasEnded(child)) return;
    const closed = once(child, 'close').then(() => true);
    const orderly = this.options.throwAway ? [] : (['SIGINT'] as const);
    for (const signal of [...orderly, 'SIGQUIT', 'SIGKILL'] as const) {
      child.kill(signal);
      if (await Promise.race([closed, pause(STOP_MILLISECONDS, false, { ref: false })])) return;
    }
  }

  private launch(program: string, parameters: string[]): ChildProcess {
    if (this.stopped) throw new Error('PostgreSQL was told to stop before it had started');
    const log = openSync(this.log, 'w', 0o600);
    // The user's own PGPORT, PGDATA and so on are about other servers.
    const environment = Object.entries(process.env).filter(
      ([name]) => !name.startsWith('PG') && name !== 'KEEPER_ORDER',
    );
    this.running = spawn(program, parameters, {
      ...this.options.account,
      cwd: this.options.directory,
      stdio: ['ignore', log, log],
      env: { ...Object.fromEntries(environment), LC_ALL: 'C' },
    });
    closeSync(log);
    this.running.on('error', (error) => appendFileSync(this.log, String(error))); // it could not even be started
    return this.running;
  }

  /** Line 8 of `postmaster.pid` is the server's own word on whether it accepts connections. */
  private isReady(pid: number | undefined): boolean {
    const file = join(this.data, 'postmaster.pid');
    if (!existsSync(file)) return false;
    const lines = readFileSync(file, 'utf8').split('\n');
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
  }

  private ensureSameMajorVersion(): void {
    const file = join(this.data, 'PG_VERSION');
    if (!existsSync(file)) return;
    const found = readFileSync(file, 'utf8').trim();
    const ours = this.options.binaries.version.split('.')[0];
    if (found !== ours) {
      throw new Error(
        `${this.data} was made by PostgreSQL ${found}, this is ${ours}: dump and restore it, or delete it.`,
      );
    }
  }

  private giveToAccount(...paths: string[]): void {
    const { account } = this.options;
    if (account) for (const path of paths) chownSync(path, account.uid, account.gid);
  }

  private tail(): string {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8').slice(-LOG_TAIL_CHARACTERS).trim() : '';
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;
