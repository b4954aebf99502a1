import { tmpdir } from 'node:os';
import { testEnvironment } from './environment.js';
import { BuiltProcess } from './process.js';

/** The built application as an operator runs it: `node dist/src/main.js`, outside any directory with a `.env`. */
export class MainProcess extends BuiltProcess {
  readonly environment: NodeJS.ProcessEnv;

  constructor(databaseUrl: string, environment: NodeJS.ProcessEnv = {}) {
    const all = { ...testEnvironment(databaseUrl), LOG_LEVEL: 'info', ...environment };
    super('main.js', { environment: all, directory: tmpdir() });
    this.environment = all;
  }

  /** Waits until it listens, and says where. */
  async listening(): Promise<string> {
    const line = await this.line(/listening on http/);
    return /listening on (http:\S+)/.exec(line)?.[1] ?? '';
  }

  /** Ends it, in order if it can. */
  async stop(): Promise<number | NodeJS.Signals> {
    this.kill('SIGTERM');
    return this.ended;
  }
}
