import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChargeOutcome } from '../../../src/billing-providers/index.js';
import type { AttemptStatus } from '../../../src/charging/index.js';
import { ExpiryLook } from '../../../src/charging/jobs/expiry-look.js';
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

beforeAll(async () => {
  tools = await startCharging({ name: 'charging-close' });
});
beforeEach(() => {
  tools.provider.reset();
  tools.application.clock.set('2026-01-15T09:00:00Z');
});
afterAll(() => tools.application.close());

const inMinutes = (minutes: number) => new Date(tools.application.clock.now().getTime() + minutes * 60_000);
const statusOf = async (uuid: string) => (await tools.load(uuid)).status;

describe('calling an attempt off', () => {
  it('before it is sent calls nobody, and nobody sends it afterwards', async () => {
    const { uuid } = await tools.claimed();
    expect(await tools.charging.cancel(uuid)).toMatchObject({ status: 'failed' });
    expect(await tools.charging.execute(uuid)).toMatchObject({ status: 'failed' });
    expect(tools.provider.calls).toEqual([]);
  });

  it.each([
    ['requires_action', requiresAction()],
    ['pending', processing()],
  ])('that is %s closes it at the provider', async (_status, answer) => {
    const { uuid } = await tools.executed(answer);
    tools.provider.will(canceled());
    expect(await tools.charging.cancel(uuid)).toMatchObject({ status: 'canceled', nextStep: null });
    expect(tools.provider.calls.at(-1)).toMatchObject({
      method: 'cancelCharge',
      query: { references: { paymentId: 'pi_1' } },
    });
  });

  it('that was faster records what it came to', async () => {
    const { uuid } = await tools.executed(requiresAction());
    tools.provider.will(succeeded());
    expect(await tools.charging.cancel(uuid)).toMatchObject({ status: 'succeeded' });
  });

  it('that nobody knows is refused', async () => {
    const { uuid } = await tools.executed(unanswered());
    await expect(tools.charging.cancel(uuid)).rejects.toMatchObject({ code: 'upsell_payment_pending' });
  });

  it('while it is being sent is refused', async () => {
    const { uuid } = await tools.claimed();
    tools.provider.will(async () => {
      await expect(tools.charging.cancel(uuid)).rejects.toMatchObject({ code: 'upsell_payment_pending' });
      return succeeded();
    });
    expect(await tools.charging.execute(uuid)).toMatchObject({ status: 'succeeded' });
  });

  it.each([
    ['upsell_payment_pending', refused()],
    ['provider_unavailable', unavailable()],
    ['upsell_payment_pending', unanswered()],
  ])('tells %s where the provider does not let go', async (code, error) => {
    const { uuid } = await tools.executed(processing());
    tools.provider.will(error);
    await expect(tools.charging.cancel(uuid)).rejects.toMatchObject({ code });
    expect(await statusOf(uuid)).toBe('pending');
  });

  it.each([
    ['succeeded', succeeded()],
    ['failed', declined()],
    ['expired', expired()],
    ['canceled', canceled()],
  ])('that is %s leaves it as it is', async (status, answer) => {
    const { uuid } = await tools.executed(answer);
    tools.provider.reset();
    expect(await tools.charging.cancel(uuid)).toMatchObject({ status });
    expect(tools.provider.calls).toEqual([]);
  });

  it.each<AttemptStatus>(['refund_due', 'refunded'])('that is %s leaves it as it is', async (status) => {
    const { uuid } = await tools.executed(declined());
    await tools.application.database.query('UPDATE charge_attempts SET status = $2 WHERE uuid = $1', [uuid, status]);
    expect(await tools.charging.cancel(uuid)).toMatchObject({ status });
  });

  it('needs an attempt', async () => {
    await expect(tools.charging.cancel('7a9a1f7e-52a5-4b3f-8f9f-6a1b8f0c2d11')).rejects.toThrow('no charge attempt');
  });
});

describe('an open attempt whose time is over', () => {
  const look = (uuid: string) => tools.application.app.get(ExpiryLook).look(uuid);
  const dueJobs = async (uuid: string) => {
    await tools.application.app.get(Sweep).run();
    return (await tools.jobs(uuid)).filter(({ task }) => task === 'charging.look').length;
  };
  const openPix = () => tools.executed(pixPending(inMinutes(60)), COMMANDS.pix);

  it('is found by product time, within a minute', async () => {
    const { uuid } = await openPix();
    tools.application.clock.advance({ minutes: 59 });
    expect(await dueJobs(uuid)).toBe(0);
    tools.application.clock.advance({ minutes: 1 });
    expect(await dueJobs(uuid)).toBe(1);
    expect(await dueJobs(uuid)).toBe(1);
  });

  it('is left alone before', async () => {
    const { uuid } = await openPix();
    tools.provider.reset();
    tools.application.clock.advance({ minutes: 59 });
    await look(uuid);
    expect(tools.provider.calls).toEqual([]);
  });

  const cases: readonly [string, ChargeOutcome, string][] = [
    ['has expired', expired(), 'expired'],
    ['was paid', succeeded(), 'succeeded'],
    ['has failed', declined(), 'failed'],
    ['was canceled', canceled(), 'canceled'],
  ];
  it.each(cases)('follows the provider: it %s', async (_name, outcome, status) => {
    const { uuid } = await openPix();
    tools.application.clock.advance({ hours: 1 });
    tools.provider.will(outcome);
    await look(uuid);
    expect(tools.provider.methods()).toEqual(['createPixCharge', 'findCharge']);
    expect(await statusOf(uuid)).toBe(status);
  });

  it.each([
    ['the customer had their time', canceled(), 'expired'],
    ['it was closed there already', expired(), 'expired'],
    ['it was paid at the last moment', succeeded(), 'succeeded'],
  ])('is closed when it is still open: %s', async (_name, outcome, status) => {
    const { uuid } = await tools.executed(requiresAction());
    tools.application.clock.advance({ minutes: 15 });
    tools.provider.will(requiresAction(), outcome);
    await look(uuid);
    expect(tools.provider.methods()).toEqual(['chargeOneClick', 'findCharge', 'cancelCharge']);
    expect(await statusOf(uuid)).toBe(status);
  });

  it('is not closed while money is under way: it is looked at an hour later', async () => {
    const { uuid } = await tools.executed(requiresAction());
    tools.application.clock.advance({ minutes: 15 });
    tools.provider.will(processing());
    await look(uuid);
    expect(await tools.load(uuid)).toMatchObject({
      status: 'requires_action',
      nextStep: null,
      expiresAt: inMinutes(60),
    });
  });

  it('may have been given more time', async () => {
    const { uuid } = await openPix();
    tools.application.clock.advance({ hours: 1 });
    tools.provider.will(pixPending(inMinutes(30)));
    await look(uuid);
    expect(await tools.load(uuid)).toMatchObject({ status: 'pending', expiresAt: inMinutes(30) });
  });

  it('stays open while the provider is silent; the job is tried again', async () => {
    const { uuid } = await openPix();
    tools.application.clock.advance({ hours: 1 });
    tools.provider.will(unanswered());
    await expect(look(uuid)).rejects.toMatchObject({ outcome: 'unknown' });
    expect(await statusOf(uuid)).toBe('pending');
  });

  it('has failed when two complete lists, five minutes apart, do not have it', async () => {
    const { uuid } = await openPix();
    tools.application.clock.advance({ hours: 1 });
    tools.provider.will(undefined, undefined);
    await look(uuid);
    expect(await statusOf(uuid)).toBe('pending');
    await tools.age(uuid, 301);
    await look(uuid);
    expect(await statusOf(uuid)).toBe('failed');
  });
});
