import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { sendRaw } from '../support/raw-request.js';
import { eventually } from '../support/eventually.js';
import { startApplication, type StartedApplication } from '../support/application.js';
import { ERRORS } from '../../src/common/errors/index.js';
import { inLanes } from './openapi-lanes.js';
import { LeakDetector } from './openapi-leaks.js';
import { Sender, type Received, type Sent } from './openapi-request.js';
import { registeredRoutes } from './openapi-routes.js';
import { loadDocument, operationsOf, type Operation } from './openapi.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const GZIP = { ...JSON_TYPE, 'content-encoding': 'gzip' };
const BOMB = gzipSync(Buffer.alloc(20 * 1024 * 1024, ' '));

/** Answers that no provider gives, one after the other. */
const GARBAGE: readonly [number, string, string][] = [
  [200, 'text/html', '<html><h1>nginx/1.18.0</h1>at Object.<anonymous> (/usr/lib/node_modules/x.js:1:1)</html>'],
  [200, 'application/json', '{"data": [{"id": 7, "object": null'],
  [200, 'application/json', '"__proto__"'],
  [500, 'application/json', '{"error": {"message": "SELECT * FROM customers WHERE id = 1 violates constraint"}}'],
  [400, 'application/json', '{"error": {"type": "x", "message": "sk_test_51Qw8Er2Ty6Ui0Op4As is not a key"}}'],
];

/** What is refused, or fails, before or below the controllers: on every route of the document, without its schemas. */
describe('the edge of every route', () => {
  let application: StartedApplication;
  let provider: Server;
  let sender: Sender;
  let operations: readonly Operation[];
  let leaks: LeakDetector;
  let answered = 0;

  beforeAll(async () => {
    provider = createServer((request, response) => {
      const [status, type, body] = GARBAGE[answered++ % GARBAGE.length] ?? [500, '', ''];
      request.resume();
      response.writeHead(status, { 'content-type': type }).end(body);
    }).listen(0, '127.0.0.1');
    await once(provider, 'listening');
    const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
    application = await startApplication({ name: 'openapi_edge', environment: { STRIPE_API_URL: url } });
    sender = new Sender(application.url);
    operations = operationsOf(await loadDocument(application.url));
    const { auth, database, stripe, upsell } = application.config;
    const secrets = [auth.jwtSecret, auth.adminApiKey, database.url, upsell.tokenSecret, stripe?.secretKey];
    leaks = new LeakDetector(secrets.filter((secret) => secret !== undefined));
  });

  afterAll(async () => {
    sender.close();
    await application.close();
    provider.closeAllConnections();
    provider.close();
  });

  /** @returns what is wrong: an answer that is not one of the statuses, that is no clean problem document */
  async function findWrong(sent: Sent, statuses: readonly number[]): Promise<string[]> {
    const received = await sender.send(sent);
    const isExpected = statuses.includes(received.status);
    return [
      ...(isExpected ? [] : [`answers ${received.status}`]),
      ...(received.status >= 400 && sent.method !== 'HEAD' ? findUnclean(received) : []),
      ...leaks.check(received, sent.path),
    ].map((finding) => `${sent.method} ${sent.path.slice(0, 100)}: ${finding}`);
  }

  const withBody = () => operations.filter(({ method }) => ['PUT', 'POST', 'PATCH', 'DELETE'].includes(method));
  /** Those that read the bytes themselves say what they think of them. */
  const isRaw = ({ path }: Operation) => /webhook$|^\/webhooks\/|\/media$/.test(path);
  const pathOf = ({ path }: Operation) => path.replaceAll(/\{[^}]+\}/g, '1f6b1c9e-0f43-4b0b-9a0e-0f7c7cf0a001');

  it.each<[string, Record<string, string>, () => string | Buffer, number]>([
    ['an own __proto__', JSON_TYPE, () => '{"__proto__":{"polluted":true}}', 400],
    ['an own __proto__ in a list', JSON_TYPE, () => '[{"a":[{"__proto__":{"polluted":true}}]}]', 400],
    ['constructor.prototype', JSON_TYPE, () => '{"constructor":{"prototype":{"polluted":true}}}', 400],
    ['20,000 levels', JSON_TYPE, () => `${'{"a":'.repeat(10_000)}${'['.repeat(10_000)}`, 400],
    ['half a document', JSON_TYPE, () => '{"a":', 400],
    ['two documents', JSON_TYPE, () => '{}{}', 400],
    ['what is not UTF-8', JSON_TYPE, () => Buffer.from('7b22ff223a317d', 'hex'), 400],
    ['a compressed bomb', GZIP, () => BOMB, 415],
    ['compressed JSON', GZIP, () => gzipSync('{}'), 415],
    ['text', { 'content-type': 'text/plain' }, () => '{}', 415],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, () => 'a=1', 415],
    ['several parts', { 'content-type': 'multipart/form-data; boundary=x' }, () => '--x--', 415],
    [
      'XML',
      { 'content-type': 'application/xml' },
      () => '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc">]><a>&b;</a>',
      415,
    ],
    ['no type', {}, () => '{}', 415],
  ])('refuses %s', async (_what, headers, body, status) => {
    const routes = withBody().filter((operation) => !isRaw(operation));
    const findings = await inLanes(routes, (operation) =>
      findWrong({ method: operation.method, path: pathOf(operation), headers, body: body() }, [status]),
    );
    expect(findings.flat()).toEqual([]);
    expect(routes.length).toBeGreaterThan(40);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('refuses 100,000 levels and more than a megabyte by their length alone', async () => {
    const length = { ...JSON_TYPE, 'content-length': '1100000' };
    const answers = await inLanes(
      withBody().filter((operation) => !isRaw(operation)),
      async (operation) => {
        const head = [`${operation.method} ${pathOf(operation)} HTTP/1.1`, 'Host: a', 'Connection: close'];
        const lines = Object.entries(length).map(([name, value]) => `${name}: ${value}`);
        return sendRaw(application.url, `${[...head, ...lines].join('\r\n')}\r\n\r\n${'['.repeat(100_000)}`);
      },
    );
    expect(answers.filter(({ status }) => status !== 413)).toEqual([]);
  });

  it('takes the last of two fields of one name, as JSON.parse does, and nothing breaks by it', async () => {
    const findings = await inLanes(
      withBody().filter((operation) => !isRaw(operation)),
      (operation) =>
        findWrong(
          { method: operation.method, path: pathOf(operation), headers: JSON_TYPE, body: '{"name":"a","name":"b"}' },
          [400, 401],
        ),
    );
    expect(findings.flat()).toEqual([]);
  });

  it('closes the connection of a body that never ends, while others are served', async () => {
    const server = application.app.getHttpServer() as Server;
    const usual = server.requestTimeout;
    expect(server.headersTimeout).toBeLessThanOrEqual(usual); // else Node allows that much for the whole request
    server.requestTimeout = 200;
    server.headersTimeout = 200;
    const head = `POST /api/v1/service/sales HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a"`;
    const slow = sendRaw(application.url, head);
    expect((await sender.send({ method: 'GET', path: '/health/live' })).status).toBe(200);
    const answer = await slow;
    server.requestTimeout = usual;
    server.headersTimeout = usual;
    expect(answer.status).toBe(408);
    expect(JSON.parse(answer.body)).toMatchObject({
      code: 'request_timeout',
      request_id: answer.headers['x-request-id'],
    });
  });

  it('answers routes and methods that are not there with a clean 404', async () => {
    const known = new Set(operations.map(({ name }) => name));
    const methods = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE', 'TRACE'];
    const unknown = operations
      .flatMap((operation) => methods.map((method) => ({ method, operation })))
      .filter(({ method, operation }) => !known.has(`${method} ${operation.path}`))
      .map(({ method, operation }) => ({ method, path: pathOf(operation) }));
    const paths = ['/.env', '/.git/config', '/..%2f..%2fetc/passwd', '/nowhere?a=<script>', '/api/v1/admin', '/docs/x'];
    const all = [...unknown, ...paths.map((path) => ({ method: 'GET', path }))];
    // What is one thing's id for one method may be another route's own word: then it is refused, not unknown.
    const findings = await inLanes(all, (sent) => findWrong(sent, [401, 404, 405, 422]));
    expect(findings.flat()).toEqual([]);
  });

  it('has every route of the application in its document, but for pages and metrics', () => {
    const documented = new Set(operations.map(({ name }) => name));
    const others = registeredRoutes(application.app).filter((name) => !documented.has(name));
    expect(others.toSorted()).toEqual([
      'GET /assets/upsell/{version}/{file}',
      'GET /assets/upsell/{version}/{folder}/{file}',
      'GET /metrics',
      'GET /thank-you',
      'GET /upsell-native',
    ]);
  });

  describe('where something below fails', () => {
    const admin = () => ({ 'x-api-key': application.config.auth.adminApiKey });

    it('says no more than that it is unavailable while the database ends every session again and again', async () => {
      const reading = operations.filter(({ method }) => method === 'GET').filter((operation) => !isRaw(operation));
      const counts = new Map<number, number>();
      let isOver = false;
      const ending = endSessionsUntil(() => isOver);
      const work = Array.from({ length: 6 }, () => reading).flat();
      const findings = await inLanes(work, async (operation) => {
        const received = await sender.send({ method: 'GET', path: pathOf(operation), headers: admin() });
        counts.set(received.status, (counts.get(received.status) ?? 0) + 1);
        const isExpected = received.status < 500 || received.status === 503;
        return [
          ...(isExpected ? [] : [`answers ${received.status}: ${received.text}`]),
          // What is not ready says what of it is not.
          ...(received.status >= 400 && operation.path !== '/health/ready' ? findUnclean(received) : []),
          ...leaks.check(received, operation.path),
        ].map((finding) => `${operation.name}: ${finding}`);
      });
      isOver = true;
      expect(await ending).toBeGreaterThan(0);
      expect(findings.flat()).toEqual([]);
      expect(counts.get(503) ?? 0).toBeGreaterThan(0);
      await eventually(async () => (await sender.send({ method: 'GET', path: '/health/ready' })).status === 200);
    }, 60_000);

    /** All of the application's, as often as they come; @returns how many there were. */
    async function endSessionsUntil(isOver: () => boolean): Promise<number> {
      let count = 0;
      while (!isOver()) {
        const rows = await application.database.query(
          `SELECT pg_terminate_backend(pid), pg_sleep(0.002) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'uplift%'`,
        );
        count += rows.length;
      }
      return count;
    }

    it('tells nothing of a provider that answers garbage', async () => {
      const body = { name: 'Ada', email: 'ada@shop.test', payment_provider_customer_id: 'cus_1' };
      await application.call('PUT', '/api/v1/service/users/ada', { body, headers: admin() });
      const token = await application.tokenFor('ada');
      const headers = { authorization: `Bearer ${token}` };
      const sent = { method: 'GET', path: '/api/v1/general/payment-methods', headers };
      for (let each = 0; each < GARBAGE.length; each += 1) expect(await findWrong(sent, [502])).toEqual([]);
      expect(answered).toBeGreaterThanOrEqual(GARBAGE.length);
    }, 60_000);
  });
});

/** @returns a finding a line; none for a problem document whose code and request id are in order */
function findUnclean({ status, headers, text }: Received): string[] {
  if (!headers['content-type']?.startsWith('application/problem+json'))
    return [`${status} is ${headers['content-type']}`];
  const problem = JSON.parse(text) as { code: string; status: number; request_id: string };
  const definition = (ERRORS as Record<string, { status: number }>)[problem.code];
  return [
    ...(definition?.status === status && problem.status === status ? [] : [`${status} with the code ${problem.code}`]),
    ...(problem.request_id === headers['x-request-id'] ? [] : ['its request id is not that of the header']),
  ];
}
