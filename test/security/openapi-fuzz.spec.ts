import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { credentialsOf, type Credential } from './openapi-credentials.js';
import { fuzzedRequests, type FuzzedRequest } from './openapi-fuzzing.js';
import { inLanes } from './openapi-lanes.js';
import { readPools, type Pools } from './openapi-pools.js';
import { Sender } from './openapi-request.js';
import { isWrongLink } from './openapi-rules.js';
import { signed } from './openapi-signing.js';
import { FullWorld } from './openapi-world.js';
import type { Operation } from './openapi.js';

const SEED = Number(process.env.FUZZ_SEED ?? 20_261_121);
/** Requests to each operation. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 20);
/** What ends something for all that comes after it, comes last. */
const ENDING = /^DELETE|\/(kill|rollback)$|upsell-switch$/;

describe(`requests generated from the document (FUZZ_SEED=${SEED} FUZZ_RUNS=${RUNS})`, () => {
  let world: FullWorld;
  let sender: Sender;
  let credentials: readonly Credential[];
  let pools: Pools;

  beforeAll(async () => {
    world = await FullWorld.start('openapi_fuzz');
    sender = new Sender(world.url);
    credentials = await credentialsOf(world);
    pools = await readPools(world);
  }, 90_000);

  afterAll(async () => {
    sender?.close();
    await world?.close();
  });

  const requestsTo = (operation: Operation, index: number): FuzzedRequest[] =>
    fc.sample(fuzzedRequests(operation, pools, credentials, world.said), { seed: SEED + index, numRuns: RUNS });

  /** @returns what is wrong with the answer, a line each */
  async function look(operation: Operation, { credential, sent, isSigned }: FuzzedRequest): Promise<string[]> {
    const received = await sender
      .send(isSigned ? signed(sent, world.shop.application.config) : sent)
      .catch((error: Error) => error);
    if (received instanceof Error) return [`${operation.name}: ${received.message} <- ${sent.path.slice(0, 400)}`];
    const echoed = `${sent.path} ${String(sent.body ?? '')}`;
    const findings = [
      ...(received.status >= 500 && !isWrongLink(received.text) ? [`answered ${received.status}`] : []),
      ...world.contract.check(operation, received),
      ...world.leaks.check(received, echoed),
    ];
    return findings.map(
      (finding) =>
        `${operation.name}: ${finding} <- ${credential} ${sent.path} ${String(sent.body ?? '').slice(0, 400)}`,
    );
  }

  it('are never answered with a failure, nor with anything that the document does not declare', async () => {
    const operations = [...world.operations].toSorted(
      (one, other) => Number(ENDING.test(one.name)) - Number(ENDING.test(other.name)),
    );
    const work = operations.flatMap((operation, index) =>
      requestsTo(operation, index).map((request) => ({ operation, request })),
    );
    const findings = await inLanes(work, ({ operation, request }) => look(operation, request));
    expect(findings.flat()).toEqual([]);
  }, 600_000);

  it('leave the service as healthy as it was', async () => {
    const { status } = await sender.send({ method: 'GET', path: '/health/ready' });
    expect(status).toBe(200);
    expect(world.main.lines.filter((line) => /"level":"(error|fatal)"/.test(line) && !isWrongLink(line))).toEqual([]);
  });
});
