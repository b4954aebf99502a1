import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChargeOutcome, RefundFact } from '../../../src/billing-providers/index.js';
import { ExpiryLook } from '../../../src/charging/jobs/expiry-look.js';
import { Resolver } from '../../../src/charging/jobs/resolver.js';
import { CAPABILITIES } from './scripted-provider.js';
import {
  AT,
  attemptIn,
  COMMANDS,
  declined,
  expired,
  paymentFact,
  processing,
  requiresAction,
  startCharging,
  succeeded,
  unanswered,
  type Charging,
} from './support.js';

let tools: Charging;

beforeAll(async () => {
  tools = await startCharging({ name: 'charging-capabilities' });
});
beforeEach(() => {
  tools.provider.reset();
  tools.provider.capabilities = { ...CAPABILITIES, cancelsOpenPayments: false, repeatsCharges: false };
  tools.application.clock.set('2026-01-15T09:00:00Z');
});
afterAll(() => tools.application.close());

const statusOf = async (uuid: string) => (await tools.load(uuid)).status;
const inMinutes = (minutes: number) => new Date(tools.application.clock.now().getTime() + minutes * 60_000);
const resolve = (uuid: string) => tools.application.app.get(Resolver).resolve(uuid);
const look = (uuid: string) => tools.application.app.get(ExpiryLook).look(uuid);

/** A page that can be paid until then. */
const page = (expiresAt: Date, checkoutId = 'cks_1'): ChargeOutcome => ({
  status: 'requires_action',
  references: { checkoutId },
  next: { kind: 'checkout', url: 'https://pay.test/cks_1', expiresAt: expiresAt.getTime() / 1_000 },
});

describe('at a provider that would charge again', () => {
  it.each(Object.values(COMMANDS))(
    'a call without an answer is asked about, never repeated: $kind',
    async (command) => {
      const { uuid } = await tools.executed(unanswered(), command);
      const [sent] = tools.provider.methods();
      tools.provider.will(undefined, undefined);
      await resolve(uuid);
      await tools.age(uuid, 400);
      await resolve(uuid);
      expect(tools.provider.methods()).toEqual([sent, 'findCharge', 'findCharge']);
      expect(await tools.load(uuid)).toMatchObject({ status: 'failed', failureCode: 'provider_unavailable' });
    },
  );

  it('what was charged is found', async () => {
    const { uuid } = await tools.executed(unanswered());
    tools.provider.will(succeeded('pay_found'));
    await resolve(uuid);
    expect(await tools.load(uuid)).toMatchObject({ status: 'succeeded', references: { paymentId: 'pay_found' } });
  });
});

describe('at a provider that closes nothing', () => {
  it('what is open stays open, and is what is to be paid', async () => {
    const { uuid } = await tools.executed(page(inMinutes(60)), COMMANDS.checkout);
    tools.provider.will(page(inMinutes(60)));
    await expect(tools.charging.cancel(uuid)).rejects.toMatchObject({ code: 'upsell_payment_pending' });
    expect(await tools.load(uuid)).toMatchObject({
      status: 'requires_action',
      nextStep: { kind: 'checkout', url: 'https://pay.test/cks_1' },
    });
  });

  it.each([
    ['was paid', succeeded('pay_1'), 'succeeded'],
    ['has expired', expired(), 'expired'],
    ['has failed', declined('pay_1'), 'failed'],
  ])('what is over is over: it %s', async (_name, outcome, status) => {
    const { uuid } = await tools.executed(page(inMinutes(60)), COMMANDS.checkout);
    tools.provider.will(outcome);
    expect(await tools.charging.cancel(uuid)).toMatchObject({ status });
  });

  it('what the customer had their time for is over here', async () => {
    const { uuid } = await tools.executed(requiresAction());
    tools.application.clock.advance({ minutes: 15 });
    tools.provider.will(requiresAction(), requiresAction());
    await look(uuid);
    expect(await statusOf(uuid)).toBe('expired');
  });

  it('a page that it keeps open for longer than was asked for is over here when that time is', async () => {
    const { uuid } = await tools.executed(page(inMinutes(24 * 60)), COMMANDS.checkout);
    expect(await tools.load(uuid)).toMatchObject({ expiresAt: inMinutes(30) });
    tools.application.clock.advance({ minutes: 30 });
    const untouched: ChargeOutcome = { status: 'pending', references: {}, isUntouched: true };
    tools.provider.will(untouched, untouched);
    await look(uuid);
    expect(await statusOf(uuid)).toBe('expired');
  });

  it('money that comes after that is kept, or given back where another payment holds', async () => {
    const intentKey = 'test:late';
    const { uuid: first } = attemptIn(await tools.claim({ intentKey }));
    tools.provider.will(requiresAction());
    await tools.charging.execute(first);
    tools.application.clock.advance({ minutes: 15 });
    tools.provider.will(requiresAction(), requiresAction());
    await look(first);
    const { uuid: second } = attemptIn(await tools.claim({ intentKey }));
    tools.provider.will(succeeded('pay_second'));
    await tools.charging.execute(second);
    await tools.apply(paymentFact('succeeded', { attemptId: first, paymentId: 'pay_late' }));
    expect(await statusOf(first)).toBe('refund_due');
  });
});

describe('a renewal that carries the attempt which started the plan', () => {
  it.each(['succeeded', 'failed', 'processing'] as const)(
    'moves nothing and is no second payment: %s',
    async (change) => {
      const { uuid } = await tools.executed(succeeded('pay_first'), COMMANDS.start_plan);
      const before = await tools.load(uuid);
      const renewal = { attemptId: uuid, paymentId: 'pay_renewal', subscriptionId: 'sub_1' };
      expect(await tools.apply(paymentFact(change, renewal))).toEqual({
        result: 'ignored',
        reason: 'later_payment_of_plan',
      });
      expect(await tools.load(uuid)).toEqual(before);
    },
  );

  it('also where the attempt cost nothing and has no payment', async () => {
    const free: ChargeOutcome = { status: 'succeeded', references: { subscriptionId: 'sub_1' }, amount: 0 };
    const { uuid } = await tools.executed(free, COMMANDS.change_plan);
    await tools.apply(paymentFact('succeeded', { attemptId: uuid, paymentId: 'pay_next', subscriptionId: 'sub_1' }));
    expect((await tools.load(uuid)).references).toEqual({ subscriptionId: 'sub_1' });
  });
});

describe('a refund of ours that takes its time', () => {
  const refunded = (refundId: string | null): RefundFact => ({
    kind: 'refund',
    provider: 'stripe',
    eventId: 'evt_refund',
    occurredAt: AT,
    paymentId: 'pi_0',
    refundId,
    refundedAmount: null,
    amount: 4_900,
    currency: 'BRL',
  });
  const apply = (fact: RefundFact) => tools.run((tx) => tools.charging.applyFact(tx, fact));

  it('is done when its event says so; the rest of the event is the sale’s business', async () => {
    const answer: ChargeOutcome = { ...processing(), references: { refundId: 'ref_1' } };
    const { uuid } = await tools.executed(answer, COMMANDS.refund);
    expect(await apply(refunded('ref_other'))).toBeUndefined();
    expect(await statusOf(uuid)).toBe('pending');
    expect(await apply(refunded('ref_1'))).toBeUndefined();
    expect(await tools.load(uuid)).toMatchObject({ status: 'succeeded', amount: 4_900 });
    expect(await apply(refunded('ref_1'))).toBeUndefined();
  });
});
