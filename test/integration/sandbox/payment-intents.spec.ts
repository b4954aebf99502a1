import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCustomer, eventsOf, startWorld, submit, type World } from './support.js';

const RETURN_URL = 'http://shop.example/back?order=7#token=abc';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

async function sale(card: string, overrides: object = {}) {
  const { id: customer } = await world.stripe.customers.create({ email: 'ada@example.com' });
  const method = await world.stripe.paymentMethods.attach(card, { customer });
  await world.sandbox.idle();
  world.receiver.takeTypes();
  return {
    amount: 2500,
    currency: 'usd',
    customer,
    payment_method: method.id,
    confirm: true,
    allowed_payment_method_types: ['card' as const],
    return_url: RETURN_URL,
    ...overrides,
  };
}

const chargesOf = (intent: string) =>
  world.sandbox
    .ledger()
    .filter(({ type, payment_intent: id }) => type === 'charge' && id === intent)
    .map(({ outcome }) => outcome);

async function startAuthentication(card: string) {
  const intent = await world.stripe.paymentIntents.create(await sale(card));
  expect(intent).toMatchObject({ status: 'requires_action', last_payment_error: null, latest_charge: null });
  expect(chargesOf(intent.id)).toEqual([]);
  return { intent, page: intent.next_action!.redirect_to_url!.url! };
}

describe('a card whose bank wants to see its owner', () => {
  test('sends a present customer to the bank, pays once and leads back with the outcome', async () => {
    const { stripe, sandbox, receiver } = world;
    const { intent, page } = await startAuthentication('pm_card_threeDSecure2Required');
    expect(intent.next_action).toMatchObject({ type: 'redirect_to_url', redirect_to_url: { return_url: RETURN_URL } });
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual(['payment_intent.created', 'payment_intent.requires_action']);
    expect(await (await fetch(page)).text()).toContain('$25.00');

    const presses = await Promise.all([1, 2].map(() => submit(page, { outcome: 'authenticate' })));
    const query = new URLSearchParams({
      order: '7',
      payment_intent: intent.id,
      payment_intent_client_secret: intent.client_secret!,
      redirect_status: 'succeeded',
    });
    for (const { status, headers } of presses)
      expect([status, headers.get('location')]).toEqual([303, `http://shop.example/back?${query}#token=abc`]);
    expect(chargesOf(intent.id)).toEqual(['succeeded']);
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual(['charge.succeeded', 'payment_intent.succeeded']);
    const paid = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] });
    expect(paid).toMatchObject({
      status: 'succeeded',
      next_action: null,
      amount_received: 2500,
      latest_charge: {
        payment_method_details: { type: 'card', card: { three_d_secure: { result: 'authenticated' } } },
      },
    });
  });

  test('that says no leaves the payment without a method and without a charge', async () => {
    const { stripe, sandbox, receiver } = world;
    const { intent, page } = await startAuthentication('pm_card_authenticationRequired');
    await sandbox.idle();
    receiver.takeTypes();
    const answer = await submit(page, { outcome: 'fail' });
    expect(answer.headers.get('location')).toContain('redirect_status=failed#token=abc');
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual(['payment_intent.payment_failed']);
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'requires_payment_method',
      payment_method: null,
      last_payment_error: { code: 'payment_intent_authentication_failure', type: 'invalid_request_error' },
    });
    expect(chargesOf(intent.id)).toEqual([]);
    const late = await submit(page, { outcome: 'authenticate' });
    expect(late.headers.get('location')).toContain('redirect_status=failed');
    expect(chargesOf(intent.id)).toEqual([]);
  });

  test('may be declined after the authentication', async () => {
    const { intent, page } = await startAuthentication('pm_card_authenticationRequiredChargeDeclinedInsufficientFunds');
    await submit(page, { outcome: 'authenticate' });
    const failed = await world.stripe.paymentIntents.retrieve(intent.id);
    expect(failed.last_payment_error).toMatchObject({ code: 'card_declined', decline_code: 'insufficient_funds' });
    expect(chargesOf(intent.id)).toEqual(['failed']);
  });

  test.each([{ off_session: true }, { error_on_requires_action: true }])('is a decline with %p', async (parameters) => {
    const error = await world.stripe.paymentIntents
      .create(await sale('pm_card_authenticationRequired', parameters))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      type: 'StripeCardError',
      statusCode: 402,
      code: 'authentication_required',
      payment_intent: { status: 'requires_payment_method', last_payment_error: { code: 'authentication_required' } },
    });
  });

  test('gives the SDK its own step when there is no way back', async () => {
    const intent = await world.stripe.paymentIntents.create(
      await sale('pm_card_threeDSecureRequired', { return_url: undefined }),
    );
    expect(intent).toMatchObject({ status: 'requires_action', next_action: { type: 'use_stripe_sdk' } });
  });

  test('is satisfied by one authentication at set-up where the card allows it', async () => {
    const { stripe } = world;
    const order = await sale('pm_card_authenticationRequiredOnSetup');
    await expect(stripe.paymentIntents.create({ ...order, off_session: true })).rejects.toMatchObject({
      code: 'authentication_required',
    });
    const first = await stripe.paymentIntents.create({ ...order, setup_future_usage: 'off_session' });
    await submit(first.next_action!.redirect_to_url!.url!, { outcome: 'authenticate' });
    await expect(stripe.paymentIntents.create({ ...order, off_session: true })).resolves.toMatchObject({
      status: 'succeeded',
    });
  });
});

describe('a payment intent', () => {
  test('that is declined wants another method, names its charge and can be confirmed again', async () => {
    const { stripe } = world;
    const order = await sale('pm_card_chargeCustomerFail');
    const error = (await stripe.paymentIntents.create(order).catch((reason: unknown) => reason)) as {
      payment_intent: { id: string };
    };
    expect(error).toMatchObject({
      statusCode: 402,
      code: 'card_declined',
      decline_code: 'generic_decline',
      charge: expect.stringMatching(/^ch_/),
      payment_intent: { status: 'requires_payment_method', payment_method: null },
    });
    const paid = await stripe.paymentIntents.confirm(error.payment_intent.id, {
      payment_method: 'pm_card_visa',
      return_url: RETURN_URL,
    });
    expect(paid.status).toBe('succeeded');
    expect(chargesOf(paid.id)).toEqual(['failed', 'succeeded']);
  });

  test('that is canceled says so and cannot be confirmed', async () => {
    const { stripe, sandbox, receiver } = world;
    const { intent, page } = await startAuthentication('pm_card_threeDSecure2Required');
    const canceled = await stripe.paymentIntents.cancel(intent.id, { cancellation_reason: 'abandoned' });
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned', next_action: null });
    await submit(page, { outcome: 'authenticate' });
    expect(chargesOf(intent.id)).toEqual([]);
    await sandbox.idle();
    expect(receiver.takeTypes().at(-1)).toBe('payment_intent.canceled');
    for (const again of [
      () => stripe.paymentIntents.cancel(intent.id),
      () => stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' }),
    ])
      await expect(again()).rejects.toMatchObject({
        statusCode: 400,
        code: 'payment_intent_unexpected_state',
        payment_intent: { id: intent.id },
      });
  });

  test('takes no old name, no foreign card and no method that it does not allow', async () => {
    const { stripe } = world;
    const order = await sale('pm_card_visa');
    await expect(
      stripe.paymentIntents.create({ ...order, payment_method_types: ['card'] } as never),
    ).rejects.toMatchObject({ statusCode: 400, code: 'payment_method_types_no_longer_supported' });
    const stranger = await createCustomer(stripe);
    await expect(stripe.paymentIntents.create({ ...order, customer: stranger.id })).rejects.toMatchObject({
      statusCode: 400,
      param: 'payment_method',
    });
    await expect(
      stripe.paymentIntents.create({ ...order, currency: 'brl', allowed_payment_method_types: ['pix'] }),
    ).rejects.toMatchObject({ code: 'payment_intent_incompatible_payment_method' });
    await expect(
      stripe.paymentIntents.create({ ...order, allowed_payment_method_types: undefined, return_url: undefined }),
    ).rejects.toMatchObject({ statusCode: 400, param: 'return_url' });
    const before = world.sandbox.ledger().length;
    await expect(
      stripe.paymentIntents.create({ ...order, off_session: true, setup_future_usage: 'off_session' }),
    ).rejects.toMatchObject({ statusCode: 400, param: 'off_session' });
    expect(world.sandbox.ledger()).toHaveLength(before);
  });

  test('is listed by customer and time, in pages', async () => {
    const { stripe, sandbox } = world;
    const order = await sale('pm_card_visa');
    const first = await stripe.paymentIntents.create({ ...order, metadata: { attempt: 'a' } });
    await sandbox.advance({ seconds: 60 });
    const second = await stripe.paymentIntents.create(order);
    const { customer } = order;
    const page = await stripe.paymentIntents.list({ customer, limit: 1 });
    expect([page.data.map(({ id }) => id), page.has_more]).toEqual([[second.id], true]);
    const rest = await stripe.paymentIntents.list({ customer, limit: 1, starting_after: second.id });
    expect([rest.data.map(({ metadata }) => metadata.attempt), rest.has_more]).toEqual([['a'], false]);
    const recent = await stripe.paymentIntents.list({ customer, created: { gt: first.created } });
    expect(recent.data.map(({ id }) => id)).toEqual([second.id]);
  });

  test('is in an event as it was at that moment', async () => {
    const { stripe, sandbox, receiver } = world;
    const intent = await stripe.paymentIntents.create({ ...(await sale('pm_card_visa')), metadata: { order: '1' } });
    await sandbox.idle();
    const events = eventsOf(receiver, 'payment_intent.succeeded').map(({ data }) => data.object);
    expect(events.find(({ id }) => id === intent.id)).toMatchObject({ status: 'succeeded', metadata: { order: '1' } });
    const created = eventsOf(receiver, 'payment_intent.created').find(({ data }) => data.object.id === intent.id);
    expect(created!.data.object.status).toBe('requires_payment_method');
  });
});
