import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changesBetween, readChecksums } from './openapi-checksums.js';
import { isRight, type Credential } from './openapi-credentials.js';
import { findGiven, foreignAttempts, gistOf, type ForeignAttempt } from './openapi-foreign.js';
import { inLanes } from './openapi-lanes.js';
import { inputsOf } from './openapi-owned.js';
import { QuietWorld } from './openapi-quiet-world.js';
import { readingRequests } from './openapi-reading.js';
import type { Received, Sent } from './openapi-request.js';
import { isForCustomers, isKnown } from './openapi-rules.js';
import type { Operation } from './openapi.js';

describe('access, by the document', () => {
  let quiet: QuietWorld;

  beforeAll(async () => {
    quiet = await QuietWorld.start('openapi_access');
  }, 90_000);
  afterAll(() => quiet?.close());

  /** @returns the answer, and what is wrong with it whatever was asked */
  async function ask(operation: Operation, sent: Sent): Promise<{ received: Received; wrong: string[] }> {
    const received = await quiet.sender.send(sent);
    const wrong = [...quiet.world.contract.check(operation, received), ...quiet.world.leaks.check(received, sent.path)];
    return { received, wrong: wrong.map((finding) => `${operation.name}: ${finding} <- ${sent.path}`) };
  }

  /** Runs the work, which must not change a single row. */
  async function changingNothing(work: () => Promise<void>, except?: string): Promise<void> {
    const before = await readChecksums(quiet.world, except);
    await work();
    expect(changesBetween(before, await readChecksums(quiet.world, except))).toEqual([]);
  }

  it('is refused to every credential that an operation does not ask for', async () => {
    const attempts = quiet.world.operations.flatMap((operation) =>
      quiet.credentials
        .filter((credential) => !isRight(operation, credential))
        .map((credential) => ({
          operation,
          credential,
          sent: readingRequests(operation, credential, quiet.pools)[0] as Sent,
        })),
    );
    await changingNothing(async () => {
      const findings = await inLanes(attempts, async ({ operation, credential, sent }) => {
        const { received, wrong } = await ask(operation, sent);
        const isRefused = received.status === 401 || received.status === 403;
        return isRefused ? wrong : [...wrong, `${operation.name} answers ${received.status} to ${credential.name}`];
      });
      expect(findings.flat()).toEqual([]);
    });
    expect(attempts.length).toBeGreaterThan(500);
  }, 60_000);

  it('knows of every input of an operation for customers whether it is somebody’s own', () => {
    const unknown = quiet.world.operations
      .filter(isForCustomers)
      .flatMap((operation) => inputsOf(operation).map((input) => ({ operation, input })))
      .filter(({ input }) => !isKnown(input))
      .map(({ operation, input }) => `${operation.name}: ${input.place} ${input.path.join('.')}`);
    expect(unknown).toEqual([]);
  });

  it('to what is another customer’s is never given, tells nothing of them, and changes nothing; to one’s own it is', async () => {
    const [alice, bob, carol] = quiet.world.people;
    const gists = new Map<string, Set<string>>();
    const attempts: ForeignAttempt[] = [];
    for (const [who, whose] of [
      [alice, bob],
      [alice, carol],
      [carol, bob],
    ] as const) {
      const made = foreignAttempts(quiet.world, who, whose);
      attempts.push(...made);
      await changingNothing(async () => {
        const findings = await inLanes(made, async (attempt) => {
          const { received, wrong } = await ask(attempt.operation, attempt.foreign);
          gists.set(attempt.name, (gists.get(attempt.name) ?? new Set()).add(gistOf(received)));
          return [...wrong, ...findGiven(attempt, received)];
        });
        expect(findings.flat()).toEqual([]);
      }, who.customer.id);
    }
    expect(attempts.length).toBeGreaterThan(50);
    const refusedAnyway = new Set(gists.keys());
    for (const { name, own } of attempts) {
      if (!gists.get(name)?.has(gistOf(await quiet.sender.send(own)))) refusedAnyway.delete(name);
    }
    expect([...refusedAnyway].map((name) => `${name}: ${[...(gists.get(name) ?? [])].join()}`)).toEqual([]);
  }, 120_000);

  describe('by reading', () => {
    const readings = () =>
      quiet.world.operations
        .filter(({ method }) => method === 'GET')
        .map((operation) => ({
          operation,
          requests: quiet.credentials
            .filter((credential) => isRight(operation, credential))
            .flatMap((credential) => readingRequests(operation, credential, quiet.pools)),
        }));

    it('changes nothing, whoever reads what', async () => {
      const unread: string[] = [];
      const findings: string[] = [];
      for (const { operation, requests } of readings()) {
        const before = await readChecksums(quiet.world);
        const answers = await inLanes(requests, (sent) => ask(operation, sent));
        const changed = changesBetween(before, await readChecksums(quiet.world));
        findings.push(...answers.flatMap(({ wrong }) => wrong));
        if (changed.length > 0) findings.push(`${operation.name} changes ${changed.join(', ')}`);
        if (!answers.some(({ received }) => received.status === 200)) unread.push(operation.name);
      }
      expect(findings).toEqual([]);
      expect(unread).toEqual([]);
    }, 60_000);

    it('changes nothing either when everything has expired meanwhile', async () => {
      await quiet.world.shop.sandbox.advance({ days: 2 });
      await changingNothing(async () => {
        const work = readings().flatMap(({ operation, requests }) => requests.map((sent) => ({ operation, sent })));
        const answers = await inLanes(work, ({ operation, sent }) => ask(operation, sent));
        expect(answers.flatMap(({ wrong }) => wrong)).toEqual([]);
      });
    }, 60_000);

    it('changes nothing by HEAD, by OPTIONS, and on the pages', async () => {
      const pages = ['/upsell-native', '/thank-you', '/metrics', '/docs', '/openapi.json'];
      const paths = [
        ...new Set(
          quiet.world.operations.map((operation) => readingRequests(operation, NOBODY, quiet.pools)[0]?.path ?? ''),
        ),
      ];
      const token = { authorization: `Bearer ${quiet.world.people[0].visit.token}` };
      const requests = [...paths, ...pages].flatMap((path) =>
        ['HEAD', 'OPTIONS', ...(pages.includes(path) ? ['GET'] : [])].map((method) => ({
          method,
          path,
          headers: token,
        })),
      );
      await changingNothing(async () => {
        const answers = await inLanes(requests, (sent) => quiet.sender.send(sent));
        expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
      });
    }, 60_000);
  });
});

const NOBODY: Credential = { name: 'none', headers: {}, opens: [] };
