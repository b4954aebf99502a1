import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { devNull } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface BenchServer {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Runs one of the servers that are compared in a process of its own, so that neither shares its event loop with the
 * client or with the other. Its log lines are written, as in production, and thrown away.
 */
export async function startServer(file: string, environment: Record<string, string>): Promise<BenchServer> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url))], {
    stdio: ['ignore', openSync(devNull, 'w'), 'inherit', 'ipc'],
    env: { PATH: process.env.PATH, ...environment },
  });
  const ended = once(child, 'exit');
  const [message] = (await Promise.race([
    once(child, 'message'),
    ended.then(([code]) => {
      throw new Error(`${file} ended with code ${code}`);
    }),
  ])) as [{ port: number }];
  return {
    port: message.port,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Said by the server's process when it listens. */
export const reportPort = (url: string): void => {
  process.send?.({ port: Number(new URL(url).port) });
};
