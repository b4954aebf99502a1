import type { BenchDatabase } from './database.js';
import { benchEnvironment } from './environment.js';
import { addFunnelData } from './funnel-data.js';
import { medianOf, sendRequests, type LoadResult } from './load.js';
import type { Comparison } from './report.js';
import { startServer, type BenchServer } from './server.js';

const SLICES = 5;
const SLICE_MILLISECONDS = 2_000;
const CONNECTIONS = 16;

/** What the upsell page shows, per second: the application (role api) against a bare handler, slice by slice in turn. */
export async function measureOfferLookup(database: BenchDatabase): Promise<Comparison> {
  const { offerUuid, tokens } = await addFunnelData(database);
  const environment = benchEnvironment(database.url);
  const ours = await startServer('./application-server.js', { ...environment, PROCESS_ROLE: 'api' });
  const bare = await startServer('./bare-lookup-server.js', environment);
  let requests = 0;
  const nextRequest = (): string => {
    requests += 1;
    return (
      `GET /upsell-native/${offerUuid} HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
      `Authorization: Bearer ${tokens[requests % tokens.length]}\r\n\r\n`
    );
  };
  const slice = ({ port }: BenchServer): Promise<LoadResult> =>
    sendRequests(port, { connections: CONNECTIONS, milliseconds: SLICE_MILLISECONDS, nextRequest });
  try {
    await slice(bare); // both have compiled their code and opened their connections before it counts
    await slice(ours);
    const results: { ours: LoadResult[]; bare: LoadResult[] } = { ours: [], bare: [] };
    for (let number = 0; number < SLICES; number++) {
      results.bare.push(await slice(bare));
      results.ours.push(await slice(ours));
    }
    return {
      what: `offer lookups/s, ${CONNECTIONS} connections`,
      ours: results.ours.map((result) => result.perSecond),
      other: results.bare.map((result) => result.perSecond),
      otherName: 'bare Fastify + pg',
      note: `p99 ${toMilliseconds(results.ours)}, bare ${toMilliseconds(results.bare)}`,
    };
  } finally {
    await Promise.all([ours.stop(), bare.stop()]);
  }
}

const toMilliseconds = (results: readonly LoadResult[]): string =>
  `${medianOf(results.map((result) => result.p99Milliseconds)).toFixed(1)} ms`;
