import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChargeOutcome, CheckoutFact, PaymentFact } from '../../../src/billing-providers/index.js';
import {
  AT,
  canceled,
  checkoutFact,
  COMMANDS,
  declined,
  expired,
  paymentFact,
  pixPending,
  processing,
  requiresAction,
  startCharging,
  succeeded,
  unanswered,
  type Charging,
} from './support.js';

let tools: Charging;
let numbers = 0;

beforeAll(async () => {
  tools = await startCharging({ name: 'charging-facts' });
});
beforeEach(() => tools.provider.reset());
afterAll(() => tools.application.close());

const newPaymentId = () => `pi_${(numbers += 1)}`;
const mismatches = async () => {
  const { body } = await tools.application.call('GET', '/metrics');
  return Number(/^uplift_charge_amount_mismatches_total\{kind="one_click"\} (\d+)$/m.exec(body as string)?.[1] ?? 0);
};

describe('an event', () => {
  it('finds its attempt by the id that it carries', async () => {
    const { uuid } = await tools.executed(processing());
    const fact = paymentFact('succeeded', { attemptId: uuid, paymentId: newPaymentId(), eventId: 'evt_cause' });
    expect(await tools.apply(fact)).toEqual({ result: 'applied' });
    expect(await tools.load(uuid)).toMatchObject({ status: 'succeeded', method: { kind: 'card' } });
    const [move] = await tools.application.database.query(
      `SELECT cause FROM charge_attempt_moves WHERE to_status = 'succeeded' ORDER BY id DESC LIMIT 1`,
    );
    expect(move).toEqual({ cause: 'webhook:evt_cause' });
  });

  it('finds its attempt by the payment', async () => {
    const paymentId = newPaymentId();
    const { uuid } = await tools.executed({ ...requiresAction(), references: { paymentId } });
    expect(await tools.apply(paymentFact('succeeded', { paymentId }))).toEqual({ result: 'applied' });
    expect(await tools.load(uuid)).toMatchObject({ status: 'succeeded' });
  });

  it('finds its attempt by the page', async () => {
    const page: ChargeOutcome = { status: 'pending', references: { checkoutId: 'cs_page' } };
    const { uuid } = await tools.executed(page, COMMANDS.checkout);
    const paymentId = newPaymentId();
    expect(await tools.apply(checkoutFact('completed', { checkoutId: 'cs_page', paymentId }))).toEqual({
      result: 'applied',
    });
    expect(await tools.load(uuid)).toMatchObject({
      status: 'succeeded',
      references: { checkoutId: 'cs_page', paymentId },
    });
  });

  it.each<[string, PaymentFact | CheckoutFact]>([
    ['payment', paymentFact('succeeded', { paymentId: 'pi_of_somebody' })],
    ['checkout', checkoutFact('completed', { checkoutId: 'cs_of_somebody', paymentId: 'pi_of_somebody' })],
  ])('about a %s that is none of ours is not answered', async (_kind, fact) => {
    expect(await tools.apply(fact)).toBeUndefined();
  });

  it('about refunds and disputes is the sale’s business', async () => {
    const paymentId = newPaymentId();
    await tools.executed(succeeded(paymentId));
    const origin = { provider: 'stripe', eventId: 'evt_1', occurredAt: AT, paymentId, amount: 4_900, currency: 'BRL' };
    const apply = (fact: object) => tools.run((tx) => tools.charging.applyFact(tx, { ...origin, ...fact } as never));
    expect(await apply({ kind: 'refund', refundedAmount: 4_900 })).toBeUndefined();
    expect(await apply({ kind: 'dispute', disputeId: 'dp_1', status: 'open' })).toBeUndefined();
  });

  it.each(['7a9a1f7e-52a5-4b3f-8f9f-6a1b8f0c2d11', 'not an id', ''])(
    'that names an attempt which there is not has failed: %j',
    async (attemptId) => {
      expect(await tools.apply(paymentFact('succeeded', { attemptId, paymentId: newPaymentId() }))).toEqual({
        result: 'failed',
        error: `There is no charge attempt ${attemptId} of this provider.`,
      });
    },
  );

  it('that names an attempt which was never sent has failed', async () => {
    const { uuid } = await tools.claimed();
    expect(await tools.apply(paymentFact('succeeded', { attemptId: uuid }))).toMatchObject({ result: 'failed' });
    expect(await tools.path(uuid)).toBe('claimed');
  });

  it('with nothing to say is ignored', async () => {
    const { uuid } = await tools.executed(unanswered());
    expect(await tools.apply(paymentFact('requires_action', { attemptId: uuid }))).toEqual({
      result: 'ignored',
      reason: 'decides_no_attempt',
    });
  });

  it('that is told twice is applied twice, and changes once', async () => {
    const { uuid } = await tools.executed(requiresAction());
    const fact = paymentFact('failed', { attemptId: uuid });
    expect(await tools.apply(fact)).toEqual({ result: 'applied' });
    expect(await tools.apply(fact)).toEqual({ result: 'ignored', reason: 'older_than_known' });
    expect(await tools.path(uuid)).toBe('claimed sent requires_action failed');
  });

  it('of a card that was declined on a page leaves the page open', async () => {
    const { uuid } = await tools.executed({ status: 'pending', references: { checkoutId: 'cs_2' } }, COMMANDS.checkout);
    expect(await tools.apply(paymentFact('failed', { attemptId: uuid }))).toMatchObject({ result: 'ignored' });
    expect(await tools.load(uuid)).toMatchObject({ status: 'pending' });
  });

  it('of a Pix that was not paid in time says that it has expired', async () => {
    const expiresAt = new Date(AT * 1_000 + 3_600_000);
    const { uuid } = await tools.executed(pixPending(expiresAt), COMMANDS.pix);
    await tools.apply(paymentFact('failed', { attemptId: uuid, occurredAt: AT + 3_600 }));
    expect(await tools.path(uuid)).toBe('claimed sent pending expired');
  });
});

/** Each status that an attempt can have at the provider, and what an event makes of it. */
describe('an event about an attempt that is', () => {
  const answers = {
    unknown: unanswered,
    requires_action: requiresAction,
    pending: processing,
    succeeded,
    failed: declined,
    expired,
    canceled,
  };
  const changes = ['succeeded', 'failed', 'processing', 'canceled'] as const;
  const EXPECTED: Readonly<Record<keyof typeof answers, readonly string[]>> = {
    unknown: ['succeeded', 'failed', 'pending', 'canceled'],
    requires_action: ['succeeded', 'failed', 'requires_action', 'canceled'],
    pending: ['succeeded', 'failed', 'pending', 'canceled'],
    succeeded: ['succeeded', 'succeeded', 'succeeded', 'succeeded'],
    failed: ['succeeded', 'failed', 'failed', 'failed'],
    expired: ['succeeded', 'expired', 'expired', 'expired'],
    canceled: ['succeeded', 'canceled', 'canceled', 'canceled'],
  };
  const pairs = (Object.keys(answers) as (keyof typeof answers)[]).flatMap((status) =>
    changes.map((change, position) => ({ status, change, to: EXPECTED[status][position] })),
  );

  it.each(pairs)('$status: $change makes it $to', async ({ status, change, to }) => {
    const { uuid } = await tools.executed(answers[status]());
    await tools.apply(paymentFact(change, { attemptId: uuid }));
    expect(await tools.load(uuid)).toMatchObject({ status: to });
  });
});

describe('money that is not what was asked for', () => {
  it.each([
    ['an amount', { amount: 5_000 }],
    ['a currency', { currency: 'USD' }],
  ])('is money that moved; somebody is told: %s', async (_name, changes) => {
    const before = await mismatches();
    const { uuid } = await tools.executed(processing());
    await tools.apply(paymentFact('succeeded', { attemptId: uuid, ...changes }));
    expect(await tools.load(uuid)).toMatchObject({ status: 'succeeded', command: { amount: 4_900 }, ...changes });
    expect(await mismatches()).toBe(before + 1);
  });

  it('is counted from an answer too; what was asked for is not counted', async () => {
    const before = await mismatches();
    expect(await tools.executed(succeeded('pi_less', 4_000))).toMatchObject({ amount: 4_000 });
    await tools.executed(succeeded());
    expect(await mismatches()).toBe(before + 1);
  });
});

it('a second payment of one attempt is never taken for the first', async () => {
  const first = newPaymentId();
  const { uuid } = await tools.executed(succeeded(first));
  const second = newPaymentId();
  expect(await tools.apply(paymentFact('succeeded', { attemptId: uuid, paymentId: second }))).toEqual({
    result: 'failed',
    error: `Charge attempt ${uuid} was paid by ${first}, and again by ${second}.`,
  });
  expect(await tools.load(uuid)).toMatchObject({ references: { paymentId: first } });
});
