import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { DataSource } from 'typeorm';
import { isDatabaseUnavailable } from '../../../src/common/database/index.js';
import { dataSourceOptions } from '../../../src/data-source-options.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const READY_FOR_QUERY = Buffer.from('Z\u0000\u0000\u0000\u0005I');

/** What the server says when it ends a session: a message of the protocol, `E`, its length, and its fields. */
const TERMINATED = messageOf('E', [
  'SFATAL',
  'VFATAL',
  'C57P01',
  'Mterminating connection due to administrator command',
]);

function messageOf(type: string, fields: readonly string[]): Buffer {
  const body = Buffer.from(`${fields.map((field) => `${field}\u0000`).join('')}\u0000`);
  const head = Buffer.alloc(5, type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** A server may end a session at any moment, also in the very packet by which it says that the session is ready. */
describe('a connection that is ended in the moment in which it is handed out', () => {
  let database: TestDatabase;
  let relay: Server;
  let dataSource: DataSource;
  let isEnding = false;
  let ended = 0;
  const sockets = new Set<Socket>();

  beforeAll(async () => {
    database = await createTestDatabase('lost_connections');
    const { hostname, port, ...rest } = toParts(database.url);
    relay = createServer((client) => {
      const server = connect(port, hostname);
      for (const socket of [client, server]) {
        sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy()));
      }
      client.pipe(server);
      server.on('end', () => client.end());
      server.on('data', (bytes) => client.write(isEnding ? end(bytes) : bytes));
    }).listen(0, '127.0.0.1');
    await once(relay, 'listening');
    const address = `127.0.0.1:${(relay.address() as AddressInfo).port}`;
    dataSource = await new DataSource(dataSourceOptions(`${rest.before}${address}${rest.after}`, 4)).initialize();
  });

  afterAll(async () => {
    await dataSource.destroy();
    relay.close();
    for (const socket of sockets) socket.destroy();
    await database.drop();
  });

  /** Behind whatever makes a session ready. */
  function end(bytes: Buffer): Buffer {
    if (!bytes.includes(READY_FOR_QUERY)) return bytes;
    ended++;
    return Buffer.concat([bytes, TERMINATED]);
  }

  it('fails the statements that wait for it, as unavailable, and does not end the process', async () => {
    isEnding = true;
    const statements = Array.from({ length: 12 }, (_, index) =>
      index % 2 === 0
        ? dataSource.query('SELECT 1 AS one')
        : dataSource.transaction((manager) => manager.query('SELECT 1 AS one')),
    );
    const outcomes = await Promise.allSettled(statements);
    isEnding = false;
    const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []));
    expect(reasons.filter((reason) => !isDatabaseUnavailable(reason))).toEqual([]);
    expect(reasons.length).toBeGreaterThan(0);
    expect(ended).toBeGreaterThan(4);
    expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

function toParts(url: string) {
  const { hostname, port, host } = new URL(url);
  const [before = '', after = ''] = url.split(host);
  return { hostname, port: Number(port || 5432), before, after };
}
