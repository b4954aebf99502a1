import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { Config } from '../../../src/config/index.js';
import { findFreePort } from '../../../src/local/database/free-port.js';
import { environmentOfBoth, DODO_SECRETS } from '../../support/both-providers.js';
import { testEnvironment } from '../../support/environment.js';
import { PROVIDER_VARIABLE, type TimeMove, type Trap } from '../hook/protocol.js';
import type { DatabaseServer } from './database-server.js';
import { Member } from './member.js';
import { SandboxClient } from './sandbox-client.js';
import { NO_TROUBLE, type Trouble } from './trouble.js';
import { MOVE_TIME } from './virtual-time-schema.js';

/** Where every world begins, so that months are as long in every run. */
const BEGINNING = Date.parse('2026-01-15T10:00:00Z');
const NOTICE_MILLISECONDS = 40;
const PATIENCE_MILLISECONDS = 180_000;
const LISTENING = /listening on (http:\/\/[\d.:]+)/;

export type MemberName = 'api-1' | 'api-2' | 'worker';

const portOf = (url: string): string => new URL(url).port;

/** Two API processes and a worker on a database of their own, both providers, and one time for all of them. */
export class World {
  /** What goes wrong now. */
  trouble: Trouble = NO_TROUBLE;
  readonly members: Readonly<Record<MemberName, Member>>;
  private readonly moves: TimeMove[];
  private readonly pool: pg.Pool;
  private starting: Promise<void> | undefined;

  private constructor(
    private readonly server: DatabaseServer,
    private readonly database: string,
    databaseUrl: string,
    readonly config: Config,
    readonly sandbox: SandboxClient,
    private readonly sandboxProcess: Member,
    /** Of the two API processes. */
    readonly urls: readonly [string, string],
    moves: TimeMove[],
    environment: NodeJS.ProcessEnv,
  ) {
    this.moves = moves;
    this.pool = new pg.Pool({ connectionString: databaseUrl, max: 3, application_name: 'prover' });
    this.pool.on('error', () => undefined); // the server is crashed on purpose
    const member = (name: MemberName, more: NodeJS.ProcessEnv): Member =>
      new Member({ name, script: 'main.js', ready: LISTENING, environment: { ...environment, ...more } });
    this.members = {
      'api-1': member('api-1', { PROCESS_ROLE: 'api', PORT: portOf(urls[0]) }),
      'api-2': member('api-2', { PROCESS_ROLE: 'api', PORT: portOf(urls[1]) }),
      worker: member('worker', { PROCESS_ROLE: 'worker', PORT: '0' }),
    };
  }

  static async open(server: DatabaseServer, database: string): Promise<World> {
    const databaseUrl = await server.copy(database);
    const moves = [{ since: 0, shift: BEGINNING - Date.now() }];
    const urls = [`http://127.0.0.1:${await findFreePort()}`, `http://127.0.0.1:${await findFreePort()}`] as const;
    const secrets = testEnvironment(databaseUrl);
    const sandboxProcess = new Member({
      name: 'sandbox',
      script: 'sandbox/main.js',
      ready: /\{"sandbox":/,
      environment: {
        STRIPE_SECRET_KEY: secrets.STRIPE_SECRET_KEY,
        STRIPE_WEBHOOK_SECRET: secrets.STRIPE_WEBHOOK_SECRET,
        SANDBOX_WEBHOOK_URL: `${urls[0]}/api/v1/admin/stripe/webhook`,
        ...DODO_SECRETS,
        SANDBOX_DODO_WEBHOOK_URL: `${urls[1]}/webhooks/dodo`,
      },
    });
    const ready = (await sandboxProcess.start(moves)) ?? (await sandboxProcess.start(moves));
    if (ready === undefined) throw new Error(sandboxProcess.describeFailure());
    const sandbox = new SandboxClient((JSON.parse(ready) as { sandbox: string }).sandbox);
    const environment = {
      ...secrets,
      ...environmentOfBoth(sandbox.url),
      LOG_LEVEL: 'info',
      RETENTION_DAYS: '3650', // months pass in a run, and every event of it is asked for at its end
      [PROVIDER_VARIABLE]: new URL(sandbox.url).host,
    };
    const config = Config.fromEnvironment(environment);
    const world = new World(server, database, databaseUrl, config, sandbox, sandboxProcess, urls, moves, environment);
    try {
      await world.query(MOVE_TIME, [0, moves[0]?.shift]);
      await world.restart();
      return world;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  get all(): readonly Member[] {
    return Object.values(this.members);
  }

  now(): Date {
    return new Date(Date.now() + (this.moves.at(-1)?.shift ?? 0));
  }

  /** Rows of a statement on the database; waits for a server that is recovering. */
  async query<Row = Record<string, unknown>>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const deadline = performance.now() + PATIENCE_MILLISECONDS;
    for (;;) {
      try {
        return (await this.pool.query(sql, [...parameters])).rows as Row[];
      } catch (error) {
        const { code } = error as { code?: string };
        const isAway = code === undefined || /^(57P|08|ECONN|EPIPE)/.test(code);
        if (!isAway || performance.now() > deadline) throw error;
        await pause(20);
      }
    }
  }

  /** Moves the time of every process, of the database and of the providers; what is due by then is begun. */
  async move(seconds: number): Promise<void> {
    const shift = (this.moves.at(-1)?.shift ?? 0) + Math.round(seconds * 1_000);
    let since: number;
    do {
      since = Date.now() + NOTICE_MILLISECONDS;
      await this.query(MOVE_TIME, [since, shift]);
    } while (Date.now() >= since); // whoever began in between has begun too early: it holds from a later moment on
    this.moves.push({ since, shift });
    const move = { kind: 'move-time', move: { since, shift } } as const;
    await Promise.all([...this.all, this.sandboxProcess].map((member) => member.order(move)));
  }

  async setTrap(name: MemberName, trap: Trap): Promise<void> {
    await this.members[name].order({ kind: 'set-trap', trap });
  }

  async clearTraps(): Promise<void> {
    await Promise.all(this.all.map((member) => member.order({ kind: 'clear-traps' })));
  }

  /** Somebody is being started, and no time must pass: it would take its first seconds for hours. */
  get isRestarting(): boolean {
    return this.starting !== undefined;
  }

  /** Starts whoever is dead, again and again if they die while they start. */
  async restart(): Promise<void> {
    await this.query('SELECT 1');
    if (this.starting || this.all.some(({ isAlive }) => !isAlive)) {
      this.starting ??= this.reviveAll().finally(() => (this.starting = undefined));
      await this.starting;
    }
  }

  private async reviveAll(): Promise<void> {
    const deadline = performance.now() + PATIENCE_MILLISECONDS;
    const revive = async (member: Member): Promise<void> => {
      while (!member.isAlive && (await member.start(this.moves)) === undefined) {
        if (performance.now() > deadline) throw new Error(member.describeFailure());
      }
    };
    await Promise.all(this.all.map(revive));
  }

  /** What somebody does who was not answered: comes back a little later. A request of a dead process keeps its key for a minute. */
  async recover(isKeyHeld: boolean): Promise<void> {
    await this.restart();
    if (isKeyHeld) await this.move(21);
  }

  async close(): Promise<void> {
    await Promise.all([...this.all, this.sandboxProcess].map((member) => member.stop('SIGKILL')));
    await this.pool.end();
    await this.server.drop(this.database);
  }
}
