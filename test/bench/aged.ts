import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SignJWT } from 'jose';
import { InboxWorker } from '../../src/webhook/index.js';
import { addCustomers, addPlan } from './customers.js';
import { startDatabase, type BenchDatabase } from './database.js';
import { ADMIN_API_KEY, benchEnvironment, JWT_SECRET } from './environment.js';
import { addFunnelData } from './funnel-data.js';
import { addEvents, createWorker } from './inbox.js';
import { sendRequests } from './load.js';
import { addOldData, OLD_EVENTS } from './old-data.js';
import type { Comparison } from './report.js';
import { startServer, type BenchServer } from './server.js';

const SLICES = 5;
const SLICE_MILLISECONDS = 1_000;
const CONNECTIONS = 8;
/** Customers that are measured with, and new ones in each slice of processing. */
const SUBSCRIPTIONS = 500;
const WITH_OLD = `with ${OLD_EVENTS.toLocaleString('en')} old events`;

interface Side {
  readonly database: BenchDatabase;
  readonly server: BenchServer;
  readonly worker: NestFastifyApplication;
  readonly offer: string;
  readonly upsellTokens: readonly string[];
}

/** The same things asked of and done by two databases, slice by slice in turn: one is empty but for them. */
export async function measureAged(): Promise<Comparison[]> {
  const sides = { empty: await prepare(false), aged: await prepare(true) };
  try {
    const comparisons: Comparison[] = [];
    for (const question of await questions()) {
      comparisons.push(
        await compare(sides, question.what, ({ server, ...side }) => {
          let number = 0;
          const nextRequest = () => question.ask(side, (number += 1));
          const load = { connections: CONNECTIONS, milliseconds: SLICE_MILLISECONDS, nextRequest };
          return sendRequests(server.port, load).then(({ perSecond }) => perSecond);
        }),
      );
    }
    let next = SUBSCRIPTIONS;
    comparisons.push(
      await compare(sides, 'events turned into state/s', async (side) => {
        const first = next + 1;
        next += SUBSCRIPTIONS;
        return processEvents(side, first, next);
      }),
    );
    return comparisons;
  } finally {
    for (const side of Object.values(sides)) {
      await Promise.all([side.server.stop(), side.worker.close()]);
      await side.database.stop();
    }
  }
}

async function prepare(isAged: boolean): Promise<Side> {
  const database = await startDatabase();
  const { offerUuid: offer, tokens: upsellTokens } = await addFunnelData(database);
  await addPlan(database);
  if (isAged) await addOldData(database);
  const worker = await createWorker(database, {});
  const side = { database, worker, offer, upsellTokens };
  await processEvents(side, 1, SUBSCRIPTIONS);
  await database.query('VACUUM ANALYZE');
  const environment = { ...benchEnvironment(database.url), PROCESS_ROLE: 'api' };
  return { ...side, server: await startServer('./application-server.js', environment) };
}

/** @returns events per second */
async function processEvents(
  { database, worker }: Pick<Side, 'database' | 'worker'>,
  first: number,
  last: number,
): Promise<number> {
  await addCustomers(database, first, last);
  const events = await addEvents(database, first, last);
  const start = performance.now();
  await worker.get(InboxWorker).drain();
  const perSecond = events / ((performance.now() - start) / 1_000);
  const [row] = await database.query<{ paid: number }>(
    `SELECT count(*)::int AS paid FROM subscription_histories AS history JOIN subscriptions ON subscriptions.id = subscription_id
      WHERE payment_status = 'paid' AND payment_provider_subscription_id = ANY ($1)`,
    [Array.from({ length: last - first + 1 }, (_, index) => `sub_${first + index}`)],
  );
  if (row?.paid !== events / 2) throw new Error(`the events were not turned into state: ${JSON.stringify(row)}`);
  return perSecond;
}

interface Question {
  readonly what: string;
  readonly ask: (side: Pick<Side, 'offer' | 'upsellTokens'>, number: number) => string;
}

const bearer = (token = ''): string => `Authorization: Bearer ${token}`;

const admin = (what: string, path: string): Question => ({
  what: `${what}/s`,
  ask: () => get(path, `X-Api-Key: ${ADMIN_API_KEY}`),
});

async function questions(): Promise<readonly Question[]> {
  const tokens = await Promise.all(
    Array.from({ length: SUBSCRIPTIONS }, (_, index) => signCustomer(`user-${index + 1}`)),
  );
  return [
    {
      what: 'subscriptions read/s',
      ask: (_side, number) => get('/api/v1/general/subscription', bearer(tokens[number % tokens.length])),
    },
    {
      what: 'offer lookups/s',
      ask: ({ offer, upsellTokens }, number) =>
        get(`/upsell-native/${offer}`, bearer(upsellTokens[number % upsellTokens.length])),
    },
    admin('lists of events', '/api/v1/admin/webhook-events'),
    admin('lists of failed events', '/api/v1/admin/webhook-events?status=failed'),
    admin('lists of events of a type', '/api/v1/admin/webhook-events?event_type=invoice.paid&status=completed'),
    admin('lists of events that came to nothing', '/api/v1/admin/webhook-events?outcome=foreign'),
    admin('lists of sales', '/api/v1/admin/sales'),
    admin('lists of charge attempts', '/api/v1/admin/charge-attempts?status=unknown'),
    admin('lists of messages', '/api/v1/admin/webhook-deliveries?status=failed'),
    admin('scrapes of metrics', '/metrics'),
  ];
}

const get = (path: string, header: string): string => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${header}\r\n\r\n`;

const signCustomer = (externalId: string): Promise<string> =>
  new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(externalId)
    .setAudience('uplift')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(JWT_SECRET));

async function compare(
  { empty, aged }: { readonly empty: Side; readonly aged: Side },
  what: string,
  slice: (side: Side) => Promise<number>,
): Promise<Comparison> {
  await slice(empty); // both have compiled their code and read their pages before it counts
  await slice(aged);
  const results = { empty: [] as number[], aged: [] as number[] };
  for (let number = 0; number < SLICES; number++) {
    results.empty.push(await slice(empty));
    results.aged.push(await slice(aged));
  }
  return { what: `empty: ${what}`, ours: results.empty, other: results.aged, otherName: WITH_OLD, note: '' };
}
