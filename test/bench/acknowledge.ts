import type { BenchDatabase } from './database.js';
import { benchEnvironment } from './environment.js';
import { medianOf, sendRequests, type LoadResult } from './load.js';
import type { Comparison } from './report.js';
import { startServer, type BenchServer } from './server.js';
import { nextBody, toSignedRequest } from './stripe-events.js';

const SLICES = 5;
const SLICE_MILLISECONDS = 2_000;
const CONNECTIONS = [1, 16, 64];

/** Acknowledged webhooks per second: the application (role api) against a bare handler, slice by slice in turn. */
export async function measureAcknowledging(database: BenchDatabase): Promise<Comparison[]> {
  const environment = benchEnvironment(database.url);
  const ours = await startServer('./application-server.js', { ...environment, PROCESS_ROLE: 'api' });
  const bare = await startServer('./bare-server.js', environment);
  try {
    const comparisons: Comparison[] = [];
    for (const connections of CONNECTIONS) comparisons.push(await compare(database, { ours, bare }, connections));
    return comparisons;
  } finally {
    await Promise.all([ours.stop(), bare.stop()]);
  }
}

const nextRequest = (): string => toSignedRequest(nextBody());

async function compare(
  database: BenchDatabase,
  servers: { readonly ours: BenchServer; readonly bare: BenchServer },
  connections: number,
): Promise<Comparison> {
  const slice = async (server: BenchServer): Promise<LoadResult> => {
    await database.query('TRUNCATE webhook_events');
    return sendRequests(server.port, { connections, milliseconds: SLICE_MILLISECONDS, nextRequest });
  };
  await slice(servers.bare); // both have compiled their code and opened their connections before it counts
  await slice(servers.ours);
  const ours: LoadResult[] = [];
  const bare: LoadResult[] = [];
  for (let number = 0; number < SLICES; number++) {
    bare.push(await slice(servers.bare));
    ours.push(await slice(servers.ours));
  }
  return {
    what: `acknowledged webhooks/s, ${connections} connection${connections > 1 ? 's' : ''}`,
    ours: ours.map((result) => result.perSecond),
    other: bare.map((result) => result.perSecond),
    otherName: 'bare Fastify + pg',
    note: `median answer ${toMilliseconds(ours)}, bare ${toMilliseconds(bare)}`,
  };
}

const toMilliseconds = (results: LoadResult[]): string =>
  `${medianOf(results.map((result) => result.medianMilliseconds)).toFixed(2)} ms`;
