import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, submit, type World } from './support.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const RETURN_URL = 'http://shop.example/back';

describe('a setup intent', () => {
  test('keeps a card, after the bank has seen its owner where it wants to, and charges nothing', async () => {
    const { stripe, sandbox, receiver } = world;
    const customer = await stripe.customers.create({ email: 'ada@example.com' });
    const intent = await stripe.setupIntents.create({
      customer: customer.id,
      payment_method: 'pm_card_authenticationRequiredOnSetup',
      confirm: true,
      return_url: RETURN_URL,
    });
    expect(intent).toMatchObject({ status: 'requires_action', next_action: { type: 'redirect_to_url' } });
    const answer = await submit(intent.next_action!.redirect_to_url!.url!, { outcome: 'authenticate' });
    expect(answer.headers.get('location')).toMatch(
      new RegExp(
        `^${RETURN_URL}\\?setup_intent=${intent.id}&setup_intent_client_secret=\\w+&redirect_status=succeeded$`,
      ),
    );
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual([
      'customer.created',
      'setup_intent.created',
      'setup_intent.requires_action',
      'payment_method.attached',
      'setup_intent.succeeded',
    ]);
    expect(sandbox.ledger()).toEqual([]);
    const [card] = (await stripe.customers.listPaymentMethods(customer.id)).data;
    await expect(
      stripe.paymentIntents.create({
        amount: 100,
        currency: 'usd',
        customer: customer.id,
        payment_method: card!.id,
        allowed_payment_method_types: ['card'],
        off_session: true,
        confirm: true,
      }),
    ).resolves.toMatchObject({ status: 'succeeded' });
  });

  test('of a refused card is a 402, of a refused authentication a failure, and neither keeps anything', async () => {
    const { stripe } = world;
    const customer = await stripe.customers.create({ email: 'bo@example.com' });
    const open = await stripe.setupIntents.create({ customer: customer.id, allowed_payment_method_types: ['card'] });
    await expect(
      stripe.setupIntents.confirm(open.id, { payment_method: 'pm_card_chargeDeclined' }),
    ).rejects.toMatchObject({
      statusCode: 402,
      code: 'card_declined',
      setup_intent: { id: open.id, status: 'requires_payment_method' },
    });
    const waiting = await stripe.setupIntents.confirm(open.id, {
      payment_method: 'pm_card_authenticationRequired',
      return_url: RETURN_URL,
    });
    const answer = await submit(waiting.next_action!.redirect_to_url!.url!, { outcome: 'fail' });
    expect(answer.headers.get('location')).toContain('redirect_status=failed');
    const failed = await stripe.setupIntents.retrieve(open.id);
    expect(failed).toMatchObject({
      status: 'requires_payment_method',
      last_setup_error: { code: 'setup_intent_authentication_failure' },
    });
    expect(await stripe.setupIntents.cancel(open.id)).toMatchObject({ status: 'canceled' });
    expect((await stripe.customers.listPaymentMethods(customer.id)).data).toEqual([]);
  });
});
