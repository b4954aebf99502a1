import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Resolver } from '../../../src/charging/jobs/resolver.js';
import { Sweep } from '../../../src/charging/jobs/sweep.js';
import {
  canceled,
  COMMANDS,
  declined,
  expired,
  pixPending,
  processing,
  refused,
  requiresAction,
  startCharging,
  succeeded,
  unanswered,
  unavailable,
  type Charging,
} from './support.js';

let tools: Charging;
/** As the runner does it, which takes the job first. */
async function resolve(uuid: string): Promise<void> {
  await tools.application.database.query(`DELETE FROM graphile_worker._private_jobs WHERE payload->>'uuid' = $1`, [
    uuid,
  ]);
  await tools.application.app.get(Resolver).resolve(uuid);
}
const statusOf = async (uuid: string) => (await tools.load(uuid)).status;
/** An attempt that was not answered, so long ago. */
const lost = async (seconds: number, command = COMMANDS.one_click) => {
  const { uuid } = await tools.executed(unanswered(), command);
  await tools.age(uuid, seconds);
  tools.provider.reset();
  return uuid;
};
const resolutionOf = async (uuid: string) =>
  (await tools.jobs(uuid)).find(({ task }) => task === 'charging.resolve')?.inSeconds;

beforeAll(async () => {
  tools = await startCharging({ name: 'charging-resolve' });
});
beforeEach(() => {
  tools.provider.reset();
  tools.seen.length = 0;
});
afterAll(() => tools.application.close());

describe('a process that dies', () => {
  it('after the claim leaves an attempt that is given up after two minutes, and never sent', async () => {
    const { uuid } = await tools.claimed();
    await tools.age(uuid, 119);
    await resolve(uuid);
    expect(await statusOf(uuid)).toBe('claimed');
    await tools.age(uuid, 1);
    await resolve(uuid);
    expect(await tools.load(uuid)).toMatchObject({ status: 'failed', failureCode: 'provider_unavailable' });
    expect(await tools.charging.execute(uuid)).toMatchObject({ status: 'failed' });
    expect(tools.provider.calls).toEqual([]);
  });

  it('during the call leaves an attempt that is asked about after a minute', async () => {
    const { uuid } = await tools.executed(processing());
    await tools.application.database.query(`UPDATE charge_attempts SET status = 'sent' WHERE uuid = $1`, [uuid]);
    tools.provider.reset();
    await tools.age(uuid, 59);
    await resolve(uuid);
    expect(await statusOf(uuid)).toBe('sent');
    await tools.age(uuid, 1);
    await resolve(uuid);
    expect(await statusOf(uuid)).toBe('unknown');
    expect(tools.provider.calls).toEqual([]);
    tools.provider.will(succeeded());
    await resolve(uuid);
    expect(tools.provider.methods()).toEqual(['findCharge']);
    expect(await statusOf(uuid)).toBe('succeeded');
  });
});

describe('within a minute of sending', () => {
  it.each(Object.values(COMMANDS))('the same call is made again, to the letter: $kind', async (command) => {
    const first = await tools.executed(unanswered(), command);
    tools.provider.will(succeeded());
    await resolve(first.uuid);
    const [one, two] = tools.provider.calls;
    expect(tools.provider.calls).toHaveLength(2);
    expect(two).toEqual(one);
    // Also the order of the fields: a provider may compare bodies.
    expect(JSON.stringify(two)).toBe(JSON.stringify(one));
    expect(await tools.path(first.uuid)).toBe('claimed sent unknown succeeded');
  });

  it.each([
    ['no connection', unavailable()],
    ['a refusal', refused()],
    ['silence', unanswered()],
    ['a mistake of ours', new Error('undefined is not a function')],
  ])('%s says nothing about the earlier call', async (_name, error) => {
    const uuid = await lost(20);
    tools.provider.will(error);
    await resolve(uuid);
    expect(await tools.path(uuid)).toBe('claimed sent unknown');
    expect(await resolutionOf(uuid)).toBeGreaterThanOrEqual(0);
  });

  it('a decline is a decline', async () => {
    const uuid = await lost(20);
    tools.provider.will(declined());
    await resolve(uuid);
    expect(await tools.load(uuid)).toMatchObject({ status: 'failed', failureCode: 'card_declined' });
  });
});

describe('later', () => {
  it.each([
    ['succeeded', succeeded(), 'succeeded'],
    ['failed', declined(), 'failed'],
    ['requires_action', requiresAction(), 'requires_action'],
    ['pending', pixPending(new Date('2026-01-15T10:00:00Z')), 'pending'],
    ['expired', expired(), 'pending expired'],
    ['canceled', canceled(), 'pending canceled'],
  ])('the provider is only asked: %s', async (_name, outcome, path) => {
    const uuid = await lost(61);
    tools.provider.will(outcome);
    await resolve(uuid);
    expect(tools.provider.methods()).toEqual(['findCharge']);
    expect(await tools.path(uuid)).toBe(`claimed sent unknown ${path}`);
  });

  it('the provider is asked by all that is known', async () => {
    const uuid = await lost(3_600);
    const { sentAt } = await tools.load(uuid);
    tools.provider.will(succeeded());
    await resolve(uuid);
    expect(tools.provider.calls[0]?.query).toEqual({
      kind: 'one_click',
      attemptId: uuid,
      customerId: 'cus_1',
      references: {},
      sentAt: Math.floor((sentAt?.getTime() ?? 0) / 1_000),
    });
  });

  it('a refund is looked for among those of its payment', async () => {
    const uuid = await lost(3_600, COMMANDS.refund as never);
    tools.provider.will(succeeded());
    await resolve(uuid);
    expect(tools.provider.calls[0]?.query).toMatchObject({ kind: 'refund', references: { paymentId: 'pi_0' } });
  });

  it('silence is waited for, for ever, and ever more seldom', async () => {
    const uuid = await lost(600);
    tools.provider.will(unanswered());
    await resolve(uuid);
    expect(await statusOf(uuid)).toBe('unknown');
    expect(Math.abs(((await resolutionOf(uuid)) ?? 0) - 300)).toBeLessThan(5);
    await tools.age(uuid, 30 * 86_400);
    tools.provider.will(unavailable());
    await resolve(uuid);
    expect(await statusOf(uuid)).toBe('unknown');
    expect(Math.abs(((await resolutionOf(uuid)) ?? 0) - 900)).toBeLessThan(5);
  });

  it('a mistake of ours fails the job, so that it is seen', async () => {
    const uuid = await lost(61);
    tools.provider.will(new Error('undefined is not a function'));
    await expect(resolve(uuid)).rejects.toThrow('undefined is not a function');
    expect(await statusOf(uuid)).toBe('unknown');
  });
});

describe('an attempt that complete lists do not have', () => {
  it('has failed once two of them, five minutes apart, say so', async () => {
    const uuid = await lost(61);
    tools.provider.will(undefined);
    await resolve(uuid);
    expect(await tools.load(uuid)).toMatchObject({ status: 'unknown', absentAt: expect.any(Date) });
    expect(Math.abs(((await resolutionOf(uuid)) ?? 0) - 300)).toBeLessThan(5);

    await tools.age(uuid, 295);
    tools.provider.will(undefined);
    await resolve(uuid);
    expect(await statusOf(uuid)).toBe('unknown');

    await tools.age(uuid, 6);
    tools.provider.will(undefined);
    await resolve(uuid);
    expect(await tools.load(uuid)).toMatchObject({
      status: 'failed',
      failureCode: 'provider_unavailable',
      failureDetail: 'absent',
    });
    const { intentKey } = await tools.load(uuid);
    expect((await tools.claim({ intentKey })).claimed).toBe(true);
  });

  it('and then do, was only not listed yet', async () => {
    const uuid = await lost(61);
    tools.provider.will(undefined, succeeded());
    await resolve(uuid);
    await tools.age(uuid, 301);
    await resolve(uuid);
    expect(await tools.load(uuid)).toMatchObject({ status: 'succeeded', absentAt: null });
  });
});

it('nothing is done about an attempt that is known', async () => {
  const { uuid } = await tools.executed(requiresAction());
  await tools.age(uuid, 86_400);
  tools.provider.reset();
  await resolve(uuid);
  await resolve('7a9a1f7e-52a5-4b3f-8f9f-6a1b8f0c2d11');
  expect(tools.provider.calls).toEqual([]);
});

it('the sweep takes up what its own jobs have left behind', async () => {
  const claimed = await tools.claimed();
  await tools.age(claimed.uuid, 301);
  const unknown = await lost(61);
  const fresh = await lost(55);
  await tools.application.database.query('DELETE FROM graphile_worker._private_jobs');
  await tools.application.app.get(Sweep).run();
  expect(await resolutionOf(claimed.uuid)).toBe(0);
  expect(await resolutionOf(unknown)).toBe(0);
  expect(await tools.jobs(fresh)).toEqual([]);
});

it('the sweep does not wait for a worker that died while it resolved an attempt', async () => {
  const { database, app } = tools.application;
  const uuid = await lost(61);
  await database.query(`UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'died', attempts = 1`);
  await app.get(Sweep).run();
  const free = await database.query(
    `SELECT FROM graphile_worker.jobs WHERE key = $1 AND locked_at IS NULL AND run_at <= now()`,
    [`charging.resolve:${uuid}`],
  );
  expect(free).toHaveLength(1);
});

it('the sweep leaves a try that is planned for later where it is', async () => {
  const { database, app } = tools.application;
  const uuid = await lost(61);
  const key = `charging.resolve:${uuid}`;
  const runAt = () => database.query('SELECT run_at FROM graphile_worker.jobs WHERE key = $1', [key]);
  tools.provider.will(unavailable());
  await resolve(uuid);
  const planned = await runAt();
  expect(planned).toHaveLength(1);
  await tools.age(uuid, 120);
  await app.get(Sweep).run();
  expect(await runAt()).toEqual(planned);
});
