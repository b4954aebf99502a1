import { startStorefront, type RunningStorefront } from './index.js';
import { OptionsError, readOptions } from './options.js';

/*
 * The storefront as a process of its own. It reports one line of JSON when it listens, and ends with its parent: on a
 * signal, or when the channel to the parent closes.
 */

let storefront: RunningStorefront | undefined;
let stopping: Promise<never> | undefined;

const stop = (): Promise<never> => (stopping ??= stopOnce());

async function stopOnce(): Promise<never> {
  await storefront?.close();
  process.exit(0);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
process.on('disconnect', () => void stop());

try {
  storefront = await startStorefront(readOptions(process.env));
  process.stdout.write(`${JSON.stringify({ storefront: storefront.url })}\n`);
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}

function explain(error: unknown): string {
  if (error instanceof OptionsError) return error.message;
  const { code, port } = Object(error) as { code?: string; port?: number };
  if (code === 'EADDRINUSE') return `Port ${port} is taken. Give the storefront another one by STOREFRONT_PORT.`;
  return `The storefront could not start: ${error instanceof Error ? error.stack : String(error)}`;
}
