import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** The built application as a process of its own, which can be killed. */
export class Instance {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** Started when it says where it listens. */
  static async start(environment: NodeJS.ProcessEnv): Promise<Instance> {
    const child = spawn(process.execPath, [resolve(import.meta.dirname, '../../dist/src/main.js')], {
      env: { PATH: process.env.PATH, ...environment, LOG_LEVEL: 'info' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    for await (const line of createInterface({ input: child.stdout })) {
      said += `${line}\n`;
      const url = /listening on (http:\/\/[^ "]+)/.exec(line)?.[1];
      if (!url) continue;
      child.stdout.resume(); // nobody reads on, and a full pipe would stop it
      return new Instance(child, url);
    }
    throw new Error(`the application ended before it listened:\n${said}`);
  }

  /** Gives the process no moment to finish anything. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }
}
