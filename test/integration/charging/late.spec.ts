import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChargeCommand, RefundFact } from '../../../src/billing-providers/index.js';
import { Jobs } from '../../../src/common/jobs/index.js';
import { AttemptRecorder } from '../../../src/charging/attempt-recorder.js';
import { Sweep } from '../../../src/charging/jobs/sweep.js';
import {
  AT,
  attemptIn,
  canceled,
  COMMANDS,
  declined,
  expired,
  paymentFact,
  refused,
  requiresAction,
  startCharging,
  succeeded,
  unanswered,
  type Charging,
} from './support.js';

let tools: Charging;
let numbers = 0;

beforeAll(async () => {
  tools = await startCharging({ name: 'charging-late' });
});
beforeEach(() => tools.provider.reset());
afterAll(() => tools.application.close());

const statusOf = async (uuid: string) => (await tools.load(uuid)).status;
const runJob = (task: string, uuid: string) =>
  tools.application.app.get(Jobs).handlers.get(task)?.({ uuid } as never) ?? Promise.reject(new Error(`no ${task}`));
const refundLate = (uuid: string) => runJob('charging.refund-late', uuid);

/** An attempt that was closed, and another one of the same intent that has taken its place. */
async function replaced(place: 'claimed' | 'succeeded', command: ChargeCommand = COMMANDS.one_click) {
  const paymentId = `pi_late_${(numbers += 1)}`;
  const intentKey = `late:${numbers}`;
  const first = attemptIn(await tools.claim({ intentKey, command }));
  tools.provider.will({ ...declined(), references: { paymentId } });
  await tools.charging.execute(first.uuid);
  const second = attemptIn(await tools.claim({ intentKey, command }));
  if (place === 'succeeded') {
    tools.provider.will(succeeded(`pi_second_${numbers}`));
    await tools.charging.execute(second.uuid);
  }
  tools.provider.reset();
  return { first, second, paymentId };
}

/** A closed attempt that must be refunded. */
async function refundDue(command = COMMANDS.one_click) {
  const { first, paymentId } = await replaced('succeeded', command);
  await tools.apply(paymentFact('succeeded', { attemptId: first.uuid, paymentId }));
  return { uuid: first.uuid, id: first.id, paymentId };
}

describe('a closed attempt that succeeds late', () => {
  it.each([
    ['failed', declined()],
    ['expired', expired()],
    ['canceled', canceled()],
  ])('has succeeded where nothing took its place: %s', async (status, answer) => {
    const { uuid } = await tools.executed(answer);
    expect(await statusOf(uuid)).toBe(status);
    await tools.apply(paymentFact('succeeded', { attemptId: uuid }));
    expect(await tools.load(uuid)).toMatchObject({ status: 'succeeded', failureCode: null });
  });

  it.each(['claimed', 'succeeded'] as const)('goes back where one that is %s took its place', async (place) => {
    const { first, second, paymentId } = await replaced(place);
    expect(await tools.apply(paymentFact('succeeded', { attemptId: first.uuid, paymentId }))).toEqual({
      result: 'applied',
    });
    expect(await statusOf(first.uuid)).toBe('refund_due');
    expect(await statusOf(second.uuid)).toBe(place);
    expect((await tools.jobs(first.uuid)).map(({ task }) => task)).toContain('charging.refund-late');
  });

  it('and is a refund is not given back, where another has taken its place', async () => {
    const { first, second, paymentId } = await replaced('succeeded', COMMANDS.refund);
    const recorder = tools.application.app.get(AttemptRecorder);
    const told = { ...succeeded(paymentId), references: { refundId: 'ref_late' } };
    const { result } = await tools.run((tx) => recorder.record(tx, first.uuid, told));
    expect([result, await statusOf(first.uuid), await statusOf(second.uuid)]).toEqual([
      'no_news',
      'failed',
      'succeeded',
    ]);
    expect((await tools.jobs(first.uuid)).map(({ task }) => task)).not.toContain('charging.refund-late');
  });

  it('tells its purpose, and holds the intent again', async () => {
    const { uuid, intentKey } = await tools.executed(declined());
    tools.seen.length = 0;
    await tools.apply(paymentFact('succeeded', { attemptId: uuid }));
    expect(tools.seen).toEqual([{ uuid, from: 'failed', to: 'succeeded' }]);
    expect((await tools.claim({ intentKey })).claimed).toBe(false);
  });

  it('is one of two that do so at the same moment: the other goes back', async () => {
    for (let round = 0; round < 10; round++) {
      const { first, second } = await replaced('claimed');
      tools.provider.will(declined());
      await tools.charging.execute(second.uuid);
      await Promise.all([first, second].map(({ uuid }) => tools.apply(paymentFact('succeeded', { attemptId: uuid }))));
      expect([await statusOf(first.uuid), await statusOf(second.uuid)].toSorted()).toEqual(['refund_due', 'succeeded']);
    }
  });

  it('and a new claim at the same moment are never both', async () => {
    for (let round = 0; round < 10; round++) {
      const { uuid, intentKey } = await tools.executed(declined());
      const [claim] = await Promise.all([
        tools.claim({ intentKey }),
        tools.apply(paymentFact('succeeded', { attemptId: uuid })),
      ]);
      expect(await statusOf(uuid)).toBe(claim.claimed ? 'refund_due' : 'succeeded');
    }
  });
});

describe('money that goes back', () => {
  it('is refunded once, by an attempt of its own, whose success says so of the first', async () => {
    const { uuid, id, paymentId } = await refundDue();
    tools.provider.will(succeeded(paymentId));
    await refundLate(uuid);
    await refundLate(uuid);
    const command = {
      kind: 'refund',
      amount: 4_900,
      currency: 'BRL',
      customerId: 'cus_1',
      paymentId,
      reason: 'duplicate',
    };
    expect(tools.provider.calls).toEqual([{ method: 'refund', attemptId: expect.any(String), command }]);
    expect(await tools.path(uuid)).toBe('claimed sent failed refund_due refunded');
    expect(await tools.loadNewest('late_refund', id)).toMatchObject({
      status: 'succeeded',
      intentKey: `late_refund:${uuid}`,
    });
  });

  it('is what was taken, not what was asked for', async () => {
    const { first, paymentId } = await replaced('succeeded');
    await tools.apply(paymentFact('succeeded', { attemptId: first.uuid, paymentId, amount: 5_100 }));
    tools.provider.will(succeeded(paymentId, 5_100));
    await refundLate(first.uuid);
    expect(tools.provider.calls[0]?.command).toMatchObject({ amount: 5_100 });
  });

  it('is refunded by one of two jobs', async () => {
    const { uuid, paymentId } = await refundDue();
    tools.provider.will(succeeded(paymentId));
    await Promise.all([refundLate(uuid), refundLate(uuid)]);
    expect(tools.provider.methods()).toEqual(['refund']);
    expect(await statusOf(uuid)).toBe('refunded');
  });

  it('is tried again, as a new attempt, when the provider refuses it', async () => {
    const { uuid, paymentId } = await refundDue();
    tools.provider.will(refused(), succeeded(paymentId));
    await expect(refundLate(uuid)).rejects.toThrow(`the refund of charge attempt ${uuid} failed`);
    expect(await statusOf(uuid)).toBe('refund_due');
    await refundLate(uuid);
    expect(await statusOf(uuid)).toBe('refunded');
    const [first, second] = tools.provider.calls;
    expect(first?.attemptId).not.toBe(second?.attemptId);
  });

  it('is not refunded a second time while nobody knows of the first', async () => {
    const { uuid, paymentId } = await refundDue();
    tools.provider.will(unanswered());
    await refundLate(uuid);
    await refundLate(uuid);
    expect(tools.provider.methods()).toEqual(['refund']);
    expect(await statusOf(uuid)).toBe('refund_due');
    tools.provider.will(succeeded(paymentId));
    await runJob('charging.resolve', tools.provider.calls[0]?.attemptId ?? '');
    expect(await statusOf(uuid)).toBe('refunded');
  });

  it('may have gone back by hand already', async () => {
    const { uuid, paymentId } = await refundDue();
    const fact = (refundedAmount: number): RefundFact => ({
      kind: 'refund',
      provider: 'stripe',
      eventId: 'evt_refund',
      occurredAt: AT,
      paymentId,
      refundId: null,
      refundedAmount,
      amount: 4_900,
      currency: 'BRL',
    });
    const apply = (amount: number) => tools.run((tx) => tools.charging.applyFact(tx, fact(amount)));
    expect(await apply(4_899)).toEqual({ result: 'ignored', reason: 'refunded_in_part' });
    expect(await apply(4_900)).toEqual({ result: 'applied' });
    expect(await apply(4_900)).toEqual({ result: 'ignored', reason: 'older_than_known' });
    await refundLate(uuid);
    expect(tools.provider.calls).toEqual([]);
    expect(await statusOf(uuid)).toBe('refunded');
  });

  it('is nothing where nothing was taken', async () => {
    const { first, paymentId } = await replaced('succeeded');
    await tools.apply(paymentFact('succeeded', { attemptId: first.uuid, paymentId, amount: 0 }));
    await refundLate(first.uuid);
    expect(tools.provider.calls).toEqual([]);
    expect(await statusOf(first.uuid)).toBe('refunded');
  });

  it.each([
    ['start_plan', ['sub_late']],
    ['change_plan', []],
  ] as const)('ends a plan that was started, never one that was there before: %s', async (kind, ended) => {
    const { first, paymentId } = await replaced('succeeded', COMMANDS[kind] as never);
    await tools.application.database.query(
      `UPDATE charge_attempts SET provider_references = provider_references || '{"subscriptionId": "sub_late"}'
       WHERE uuid = $1`,
      [first.uuid],
    );
    await tools.apply(paymentFact('succeeded', { attemptId: first.uuid, paymentId }));
    tools.provider.will(succeeded(paymentId));
    await refundLate(first.uuid);
    expect(tools.provider.endedSubscriptions).toEqual(ended);
    expect(await statusOf(first.uuid)).toBe('refunded');
  });

  it('ends a plan that only the late payment has told of', async () => {
    const { first, paymentId } = await replaced('succeeded', COMMANDS.start_plan as never);
    const late = { attemptId: first.uuid, paymentId, subscriptionId: 'sub_late' };
    await tools.apply(paymentFact('succeeded', late));
    tools.provider.will(succeeded(paymentId));
    await refundLate(first.uuid);
    expect(tools.provider.endedSubscriptions).toEqual(['sub_late']);
  });

  it('is found by the sweep when its job has given up', async () => {
    const { uuid } = await refundDue();
    await tools.application.database.query('DELETE FROM graphile_worker._private_jobs');
    await tools.age(uuid, 3_601);
    await tools.application.app.get(Sweep).run();
    expect(await tools.jobs(uuid)).toEqual([{ task: 'charging.refund-late', inSeconds: 0 }]);
  });
});

describe('what a failed attempt has left at the provider', () => {
  const close = (uuid: string) => runJob('charging.close-leftover', uuid);

  it('is closed', async () => {
    const { uuid } = await tools.executed(declined());
    tools.provider.will(canceled());
    await close(uuid);
    expect(tools.provider.calls.at(-1)).toMatchObject({
      method: 'cancelCharge',
      query: { attemptId: uuid, references: { paymentId: 'pi_1' } },
    });
    expect(await tools.path(uuid)).toBe('claimed sent failed');
  });

  it('may have been paid', async () => {
    const { uuid } = await tools.executed(declined());
    tools.provider.will(succeeded());
    await close(uuid);
    expect(await statusOf(uuid)).toBe('succeeded');
  });

  it('is heard of later, by an event', async () => {
    const { uuid } = await tools.executed(requiresAction());
    await tools.application.database.query(
      `UPDATE charge_attempts SET status = 'failed', provider_references = '{}' WHERE uuid = $1`,
      [uuid],
    );
    await tools.apply(paymentFact('failed', { attemptId: uuid }));
    expect((await tools.jobs(uuid)).map(({ task }) => task)).toContain('charging.close-leftover');
  });

  it('is left to the provider’s next answer when it is silent, and left alone when it is no more', async () => {
    const { uuid } = await tools.executed(declined());
    tools.provider.will(unanswered());
    await expect(close(uuid)).rejects.toMatchObject({ outcome: 'unknown' });
    await tools.apply(paymentFact('succeeded', { attemptId: uuid }));
    tools.provider.reset();
    await close(uuid);
    expect(tools.provider.calls).toEqual([]);
  });
});
