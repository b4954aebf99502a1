import { Shutdown } from '../../src/common/shutdown/shutdown.js';
import type { Config } from '../../src/config/index.js';

// Run by itself (`node --import ./test/support/typescript.mjs`): a test's own process keeps the warnings of Node.js to itself.
const shutdown = new Shutdown({ shutdown: { delaySeconds: 0, drainSeconds: 0 } } as unknown as Config);
const never = new Promise<never>(() => {});
const waiting = Array.from({ length: 50 }, () => shutdown.waitFor(never, () => new Error('given up')));
await new Promise((resolve) => setImmediate(resolve)); // warnings are told a tick later
shutdown.onModuleDestroy();
const ends = await Promise.allSettled(waiting);
shutdown.onApplicationShutdown();
process.stdout.write(`${ends.filter(({ status }) => status === 'rejected').length} given up\n`);
