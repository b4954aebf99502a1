import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countLost, readChecksums, readRowDigests, changesBetween } from './openapi-checksums.js';
import { isRight, type Credential } from './openapi-credentials.js';
import { gistOf } from './openapi-foreign.js';
import { HARMLESS, HOSTILE_TEXTS, textRequests, type TextRequest } from './openapi-hostile.js';
import { inLanes } from './openapi-lanes.js';
import { QuietWorld } from './openapi-quiet-world.js';
import type { Received } from './openapi-request.js';
import { isForCustomers, isWrongLink } from './openapi-rules.js';
import type { Operation } from './openapi.js';

/** Text that means something to a database, a template, a header or a page, in everything that takes text. */
describe('text that would be more than text, by the document', () => {
  let quiet: QuietWorld;

  beforeAll(async () => {
    quiet = await QuietWorld.start('openapi_strings');
  }, 90_000);
  afterAll(() => quiet?.close());

  const requestsTo = (operation: Operation): TextRequest[] => {
    const credential = quiet.credentials.find((one) => isRight(operation, one)) as Credential;
    return textRequests(operation, credential, quiet.world, quiet.pools);
  };

  /** @returns what is wrong with the answer whatever was asked, a line each */
  function findWrong(operation: Operation, { name, sent }: TextRequest, received: Received): string[] {
    const echoed = `${decodeURIComponent(sent.path)} ${String(sent.body ?? '')} ${JSON.stringify(sent.headers)}`;
    return [
      ...(received.status >= 500 && !isWrongLink(received.text) ? [`answered ${received.status}`] : []),
      ...quiet.world.contract.check(operation, received),
      ...quiet.world.leaks.check(received, echoed),
    ].map((finding) => `${name}: ${finding} <- ${sent.path} ${String(sent.body ?? '').slice(0, 300)}`);
  }

  it('finds no more by reading than any word that nobody knows, and changes nothing', async () => {
    const before = await readChecksums(quiet.world);
    const work = quiet.world.operations
      .filter(({ method }) => method === 'GET')
      .flatMap((operation) => requestsTo(operation).map((request) => ({ operation, request })));
    const found = new Map<string, string>();
    for (const { request } of work.filter(({ request: { text } }) => text === HARMLESS)) {
      found.set(request.name, countOf(await quiet.sender.send(request.sent)));
    }
    const findings = await inLanes(work, async ({ operation, request }) => {
      const received = await quiet.sender.send(request.sent);
      const count = countOf(received);
      const isAsUsual = [400, 401, 404, 422].includes(received.status) || count === found.get(request.name);
      return [
        ...findWrong(operation, request, received),
        ...(isAsUsual ? [] : [`${request.name}: ${count}, not ${found.get(request.name)} <- ${request.sent.path}`]),
      ];
    });
    expect(findings.flat()).toEqual([]);
    expect(work.length).toBeGreaterThan(50 * HOSTILE_TEXTS.length);
    expect(changesBetween(before, await readChecksums(quiet.world))).toEqual([]);
  }, 120_000);

  it('changes by writing at most the row that was asked for', async () => {
    const findings: string[] = [];
    const taken = new Set<string>();
    let sent = 0;
    let before = await readRowDigests(quiet.world);
    const writing = quiet.world.operations
      .filter(({ method }) => method !== 'GET')
      // A customer that the provider does not know any more can be asked for nothing else.
      .toSorted((one, other) => Number(isForCustomers(other)) - Number(isForCustomers(one)));
    for (const operation of writing) {
      // Every other one: of the odd number of texts, neighbouring places are sent what the others are not.
      const requests = requestsTo(operation).filter((_request, index) => index % 2 === 1);
      const answers = await inLanes(requests, async (request) => {
        const received = await quiet.sender.send(request.sent);
        if (received.status < 300) taken.add(operation.name);
        return findWrong(operation, request, received);
      });
      const after = await readRowDigests(quiet.world);
      const lost = countLost(before, after);
      before = after;
      sent += requests.length;
      findings.push(...answers.flat());
      for (const [table, count] of Object.entries(lost)) {
        if (count > 1) findings.push(`${operation.name} changes ${count} rows of ${table}`);
      }
    }
    expect(findings).toEqual([]);
    expect(sent).toBeGreaterThan(1_000);
    expect(taken.size).toBeGreaterThanOrEqual(8); // else the texts got no further than the checks of the request
  }, 240_000);

  it('is on no page that a browser shows, whatever the address says', async () => {
    const usual = new Map<string, string>();
    for (const page of ['/upsell-native', '/thank-you']) usual.set(page, await readPage(`${page}?offer=${HARMLESS}`));
    for (const text of HOSTILE_TEXTS) {
      for (const [page, html] of usual) {
        const value = encodeURIComponent(text);
        expect(await readPage(`${page}?offer=${value}&token=${value}&redirect_status=${value}&${value}=1`)).toBe(html);
      }
    }
  });

  it('leaves the service as it was', async () => {
    const { status } = await quiet.sender.send({ method: 'GET', path: '/health/ready' });
    expect(status).toBe(200);
    for (const operation of quiet.world.operations.filter(({ method }) => method === 'GET')) {
      const [request] = requestsTo(operation);
      if (!request) continue;
      const received = await quiet.sender.send(request.sent);
      expect(findWrong(operation, request, received)).toEqual([]);
    }
  });

  async function readPage(path: string): Promise<string> {
    const { status, headers, text } = await quiet.sender.send({ method: 'GET', path });
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('text/html');
    return text;
  }
});

/** Its status and code, and of a list how many there are. */
function countOf(received: Received): string {
  if (received.status !== 200) return gistOf(received);
  const body = JSON.parse(received.text) as { items?: unknown[] } | unknown[];
  const items = Array.isArray(body) ? body : body.items;
  return `200 with ${items?.length ?? 'no'} items`;
}
