import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MoneyFact } from '../../../src/billing-providers/index.js';
import { checkout, METADATA, newAttempt, oneClick, pix, post, saveCard } from './money.js';
import { HOUR, startWorld, type World } from './support.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

/** Facts of money that arrived since the last time, verified and normalised as the inbox does it. */
async function takeFacts(): Promise<MoneyFact[]> {
  await world.sandbox.idle();
  return world.delivered.splice(0).flatMap(({ body, headers }) => {
    expect(world.provider.verifyWebhook(body, headers)).toBeDefined();
    const event = world.provider.normalise(body);
    return event.kind === 'money' ? [event.fact] : [];
  });
}

const tell = (facts: readonly MoneyFact[]) =>
  facts.map((fact) => ('change' in fact ? `${fact.kind}.${fact.change}` : fact.kind));
const LABELS = { offerUuid: METADATA.offer_uuid, groupId: METADATA.group_id };

describe('webhooks of money as they come over the wire', () => {
  it('tell of a charge, and of all its refunds together', async () => {
    const saved = await saveCard(world);
    const attemptId = newAttempt();
    const { references } = await world.provider.chargeOneClick(oneClick(saved), attemptId);
    const paymentId = references.paymentId ?? '';
    const [paid, ...others] = await takeFacts();
    expect(others).toEqual([]);
    expect(paid).toMatchObject({
      kind: 'payment',
      change: 'succeeded',
      ...LABELS,
      attemptId,
      paymentId,
      customerId: saved.customerId,
      amount: 4_990,
      currency: 'BRL',
      methodKind: 'card',
    });
    for (const [amount, refundedAmount] of [
      [990, 990],
      [1_000, 1_990],
    ]) {
      await world.stripe.refunds.create({ payment_intent: paymentId, amount: amount as number });
      expect(await takeFacts()).toMatchObject([
        { kind: 'refund', paymentId, refundedAmount, amount: 4_990, currency: 'BRL' },
      ]);
    }
  });

  it.each(['won', 'lost'])('tell of a dispute that is %s', async (status) => {
    const { references } = await world.provider.chargeOneClick(oneClick(await saveCard(world)), newAttempt());
    const paymentId = references.paymentId ?? '';
    await takeFacts();
    const control = (path: string, body: object) =>
      fetch(`${world.sandbox.url}/sandbox/stripe/disputes${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await control('', { payment_intent: paymentId });
    const [opened, ...others] = await takeFacts();
    expect(others).toEqual([]);
    expect(opened).toMatchObject({ kind: 'dispute', status: 'open', paymentId, amount: 4_990, currency: 'BRL' });
    const { data } = await world.stripe.disputes.list({ payment_intent: paymentId });
    await control(`/${data[0]?.id}/close`, { status });
    expect(await takeFacts()).toMatchObject([{ kind: 'dispute', status, disputeId: data[0]?.id, paymentId }]);
  });

  it('tell of a bank that is asked, and of one that says no', async () => {
    const saved = await saveCard(world, 'pm_card_threeDSecure2Required');
    const outcome = await world.provider.chargeOneClick(oneClick(saved), newAttempt());
    if (outcome.status !== 'requires_action' || outcome.next.kind !== 'authenticate') throw new Error('no bank');
    await post(outcome.next.url, { outcome: 'fail' });
    const facts = await takeFacts();
    expect(tell(facts)).toEqual(['payment.requires_action', 'payment.failed']);
    expect(facts[1]).toMatchObject({ failure: { code: 'authentication_failed' }, amount: 4_990 });
    await world.stripe.paymentIntents.cancel(outcome.references.paymentId ?? '');
    expect(tell(await takeFacts())).toEqual(['payment.canceled']);
  });

  it('tell of a Pix that is paid, and of one that is not', async () => {
    const { customerId } = await saveCard(world);
    const { references } = await world.provider.createPixCharge(pix(customerId), newAttempt());
    await post(`${world.sandbox.url}/pix/${references.paymentId}`);
    const paid = await takeFacts();
    expect(tell(paid)).toEqual(['payment.requires_action', 'payment.succeeded']);
    expect(paid).toMatchObject([{ methodKind: 'pix' }, { methodKind: 'pix' }]);

    await world.provider.createPixCharge(pix(customerId), newAttempt());
    await world.sandbox.advance({ seconds: 1_801 });
    const unpaid = await takeFacts();
    expect(tell(unpaid)).toEqual(['payment.requires_action', 'payment.failed']);
    expect(unpaid[1]).toMatchObject({
      methodKind: 'pix',
      failure: { providerCode: 'payment_intent_payment_attempt_expired' },
    });
  });

  it('tell of a page that is paid at once, later, or never', async () => {
    const { customerId } = await saveCard(world);
    const open = async () => {
      const attemptId = newAttempt();
      const command = checkout(world, customerId, { methods: ['card', 'pix'] });
      const { references } = await world.provider.createCheckout(command, attemptId);
      return { attemptId, checkoutId: references.checkoutId ?? '' };
    };
    const pay = ({ checkoutId }: { checkoutId: string }, form: Record<string, string>) =>
      post(`${world.sandbox.url}/c/pay/${checkoutId}`, form);

    const byCard = await open();
    await pay(byCard, { card: '4242424242424242' });
    const checkouts = (facts: readonly MoneyFact[]) => facts.filter(({ kind }) => kind === 'checkout');
    expect(checkouts(await takeFacts())).toMatchObject([
      {
        change: 'completed',
        paid: true,
        mode: 'payment',
        customerId,
        amount: 4_990,
        currency: 'BRL',
        ...LABELS,
        ...byCard,
      },
    ]);

    const byPix = await open();
    await pay(byPix, { method: 'pix', name: 'Ada', email: 'ada@example.com' });
    const [waiting] = checkouts(await takeFacts());
    expect(waiting).toMatchObject({ change: 'completed', paid: false, ...byPix });
    await post(`${world.sandbox.url}/pix/${waiting?.kind === 'checkout' ? waiting.paymentId : ''}`);
    expect(checkouts(await takeFacts())).toMatchObject([{ change: 'async_payment_succeeded', paid: true, ...byPix }]);

    const never = await open();
    await world.sandbox.advance({ seconds: HOUR + 1 });
    expect(checkouts(await takeFacts())).toMatchObject([{ change: 'expired', paid: false, ...never }]);
  });

  it('tell of a plan’s checkout by its first invoice', async () => {
    const { customerId } = await saveCard(world);
    const plan = { planPriceId: world.prices.pro, amount: 3_000, currency: 'USD' };
    const { references } = await world.provider.createCheckout(checkout(world, customerId, plan), newAttempt());
    await post(`${world.sandbox.url}/c/pay/${references.checkoutId}`, { card: '4242424242424242' });
    const told = (await takeFacts()).find(({ kind }) => kind === 'checkout');
    expect(told).toMatchObject({
      mode: 'subscription',
      paid: true,
      paymentId: expect.stringMatching(/^in_/),
      subscriptionId: expect.stringMatching(/^sub_/),
      amount: 3_000,
    });
  });
});
