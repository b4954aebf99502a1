import { setTimeout as pause } from 'node:timers/promises';
import { addCustomers, addPlan } from './customers.js';
import { startDatabase, type BenchDatabase } from './database.js';
import { benchEnvironment } from './environment.js';
import { sendRequests } from './load.js';
import { startServer } from './server.js';
import { toLifeOf, toSignedRequest } from './stripe-events.js';

const EVENTS = 100_000;
const EVENTS_EACH = 4;
const STEPS = 5;
const CONNECTIONS = 16;
const POLL_MILLISECONDS = 200;
const MEBIBYTE = 1024 * 1024;

export interface MemoryUse {
  readonly events: number;
  /** Resident, in MiB. */
  readonly resident: number;
}

/**
 * The memory of one process that receives events over HTTP and turns them into state (role all), whenever a fifth of them is
 * settled. Nothing is collected for the occasion.
 */
export async function measureMemory(): Promise<readonly MemoryUse[]> {
  const database = await startDatabase();
  await addPlan(database);
  await addCustomers(database, 1, EVENTS / EVENTS_EACH);
  const server = await startServer('./application-server.js', {
    ...benchEnvironment(database.url),
    PROCESS_ROLE: 'all',
  });
  try {
    const uses = [{ events: 0, resident: await readResident(server.port) }];
    for (let step = 0; step < STEPS; step++) {
      const each = EVENTS / EVENTS_EACH / STEPS;
      await send(server.port, step * each + 1, (step + 1) * each);
      const events = (step + 1) * each * EVENTS_EACH;
      await settled(database, events);
      uses.push({ events, resident: await readResident(server.port) });
    }
    return uses;
  } finally {
    await server.stop();
    await database.stop();
  }
}

/** The lives of these subscriptions, side by side. */
async function send(port: number, first: number, last: number): Promise<void> {
  const requests = (function* () {
    for (let number = first; number <= last; number++) yield* toLifeOf(number);
  })();
  const nextRequest = () => {
    const { value, done } = requests.next();
    return done ? undefined : toSignedRequest(value);
  };
  await sendRequests(port, { connections: CONNECTIONS, milliseconds: Infinity, nextRequest });
}

async function settled(database: BenchDatabase, events: number): Promise<void> {
  for (;;) {
    const [row] = await database.query<{ applied: number; open: number }>(
      `SELECT count(*) FILTER (WHERE outcome = 'applied')::int AS applied,
              count(*) FILTER (WHERE status <> 'completed')::int AS open FROM webhook_events`,
    );
    if (row?.applied === events) return;
    if (row?.open === 0) throw new Error(`${events} events were sent, and ${row.applied} came to something`);
    await pause(POLL_MILLISECONDS);
  }
}

/** As the process tells of itself to Prometheus. */
async function readResident(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const bytes = /^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1];
  if (bytes === undefined) throw new Error('the process does not tell its memory here');
  return Math.round(Number(bytes) / MEBIBYTE);
}

export const toMemoryText = (uses: readonly MemoryUse[]): string =>
  `memory of one process (receives and settles): ${uses
    .map(({ events, resident }) => `${resident} MiB after ${events.toLocaleString('en')}`)
    .join(', ')} events`;
