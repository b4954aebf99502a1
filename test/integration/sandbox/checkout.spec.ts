import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Stripe } from 'stripe';
import { createCatalogue, DAY, eventsOf, startWorld, submit, type Catalogue, type World } from './support.js';

let world: World;
let catalogue: Catalogue;
beforeEach(async () => {
  world = await startWorld();
  catalogue = await createCatalogue(world.stripe);
  await world.sandbox.idle();
  world.receiver.takeTypes();
});
afterEach(() => world.close());

const PAID = [
  'charge.succeeded',
  'payment_intent.succeeded',
  'invoice_payment.paid',
  'invoice.updated',
  'invoice.paid',
  'invoice.payment_succeeded',
];

describe('checkout of a subscription', () => {
  test('makes customer, subscription and invoice; a second press changes nothing', async () => {
    const { stripe, sandbox, receiver } = world;
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription',
      line_items: [{ price: catalogue.pro.id, quantity: 1 }],
      success_url: 'http://shop.example/done?session={CHECKOUT_SESSION_ID}',
      cancel_url: 'http://shop.example/cart',
      client_reference_id: 'user-7',
      metadata: { funnel: 'spring' },
      subscription_data: { metadata: { user: '7' } },
    });
    const shown = await fetch(session.url!);
    expect(await shown.text()).toContain('4242424242424242');
    const refusal = await submit(session.url!, { card: '4000000000000002', email: 'bo@example.com' });
    expect(refusal.status).toBe(402);
    expect(await refusal.text()).toContain('Your card was declined.');
    const presses = await Promise.all(
      [1, 2].map(() => submit(session.url!, { card: '4242424242424242', email: 'bo@example.com' })),
    );
    for (const { status, headers } of presses)
      expect([status, headers.get('location')]).toEqual([303, `http://shop.example/done?session=${session.id}`]);
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual([
      'customer.created',
      'payment_method.attached',
      'customer.subscription.created',
      'invoice.created',
      'payment_intent.created',
      'invoice.finalized',
      ...PAID,
      'customer.subscription.updated',
      'checkout.session.completed',
    ]);
    const [completed] = eventsOf(receiver, 'checkout.session.completed');
    expect(completed!.data.object).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      client_reference_id: 'user-7',
      metadata: { funnel: 'spring' },
    });
    const subscription = await stripe.subscriptions.retrieve(String(completed!.data.object.subscription));
    expect(subscription).toMatchObject({ status: 'active', metadata: { user: '7' } });
    expect(sandbox.ledger().filter(({ outcome }) => outcome === 'succeeded')).toHaveLength(1);
  });
});

const open = (overrides: Partial<Stripe.Checkout.SessionCreateParams> = {}) =>
  world.stripe.checkout.sessions.create({
    mode: 'payment',
    line_items: [{ price_data: { currency: 'brl', unit_amount: 4990, product_data: { name: 'Course' } }, quantity: 2 }],
    success_url: 'http://shop.example/done?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'http://shop.example/cart',
    client_reference_id: 'order-7',
    metadata: { on: 'session' },
    payment_intent_data: { metadata: { on: 'payment' } },
    ...overrides,
  });
const press = (session: { readonly id: string }, fields: Record<string, string>) =>
  submit(`${world.sandbox.url}/c/pay/${session.id}`, { email: 'bo@example.com', ...fields });
const succeeded = () => world.sandbox.ledger().filter(({ outcome }) => outcome === 'succeeded');

describe('checkout of a payment', () => {
  test('saves the card of the customer, keeps the metadata apart and lists what was bought', async () => {
    const { stripe, sandbox, receiver } = world;
    const customer = await stripe.customers.create({ email: 'bo@example.com' });
    const session = await open({
      customer: customer.id,
      payment_intent_data: { metadata: { on: 'payment' }, setup_future_usage: 'off_session' },
    });
    expect(session).toMatchObject({ payment_intent: null, payment_status: 'unpaid', amount_total: 9980 });
    await sandbox.idle();
    receiver.takeTypes();
    const answer = await press(session, { card: '4242424242424242' });
    expect(answer.headers.get('location')).toBe(`http://shop.example/done?session=${session.id}`);
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual([
      'payment_intent.created',
      'payment_method.attached',
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.completed',
    ]);
    const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent', 'line_items'] });
    expect(paid).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      client_reference_id: 'order-7',
      metadata: { on: 'session' },
      payment_intent: { status: 'succeeded', metadata: { on: 'payment' }, customer: customer.id },
      line_items: { data: [{ quantity: 2, amount_total: 9980, description: 'Course' }] },
    });
    const lines = await stripe.checkout.sessions.listLineItems(session.id);
    expect(lines.data).toEqual(paid.line_items!.data);
    const cards = await stripe.customers.listPaymentMethods(customer.id);
    await expect(
      stripe.paymentIntents.create({
        amount: 100,
        currency: 'brl',
        customer: customer.id,
        payment_method: cards.data[0]!.id,
        allowed_payment_method_types: ['card'],
        off_session: true,
        confirm: true,
      }),
    ).resolves.toMatchObject({ status: 'succeeded' });
    await expect(stripe.paymentIntents.cancel((paid.payment_intent as Stripe.PaymentIntent).id)).rejects.toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
  });

  test('shows the bank first when the card asks for it; nothing exists before', async () => {
    const { stripe, sandbox, receiver } = world;
    const session = await open();
    await sandbox.idle();
    receiver.takeTypes();
    const bank = async (card: string) => {
      const answer = await press(session, { card });
      expect(answer.status).toBe(303);
      return `${sandbox.url}${answer.headers.get('location')}`;
    };
    const refused = await submit(await bank('4000000000003220'), { outcome: 'fail' });
    expect(refused.headers.get('location')).toBe(`/c/pay/${session.id}`);
    expect(await (await fetch(session.url!)).text()).toContain('unable to authenticate');
    const declined = await submit(await bank('4000008260003178'), { outcome: 'authenticate' });
    expect(declined.headers.get('location')).toBe(`/c/pay/${session.id}`);
    expect(await (await fetch(session.url!)).text()).toContain('insufficient funds');
    await sandbox.idle();
    expect([receiver.takeTypes(), succeeded()]).toEqual([[], []]);

    const page = await bank('4000000000003220');
    const presses = await Promise.all([1, 2].map(() => submit(page, { outcome: 'authenticate' })));
    for (const { headers } of presses)
      expect(headers.get('location')).toBe(`http://shop.example/done?session=${session.id}`);
    expect(succeeded()).toHaveLength(1);
    expect((await stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid');
  });

  test('authenticates a subscription, whose card then needs it no more', async () => {
    const { stripe, sandbox } = world;
    const session = await open({
      mode: 'subscription',
      line_items: [{ price: catalogue.pro.id, quantity: 1 }],
      payment_intent_data: undefined,
    });
    const answer = await press(session, { card: '4000002500003155' });
    await submit(`${sandbox.url}${answer.headers.get('location')}`, { outcome: 'authenticate' });
    await sandbox.advance({ days: 32 });
    const { subscription, invoice } = await stripe.checkout.sessions.retrieve(session.id, { expand: ['invoice'] });
    expect(invoice).toMatchObject({ status: 'paid', billing_reason: 'subscription_create' });
    expect((await stripe.subscriptions.retrieve(String(subscription))).status).toBe('active');
    expect(succeeded()).toHaveLength(2);
  });

  test('by Pix is complete at once and is told later whether the money came', async () => {
    const { stripe, sandbox, receiver } = world;
    const pix = {
      allowed_payment_method_types: ['card' as const, 'pix' as const],
      payment_method_options: { pix: { expires_after_seconds: 3600 } },
    };
    const order = async () => {
      const session = await open(pix);
      expect(session.payment_method_types).toEqual(['card', 'pix']);
      await sandbox.idle();
      receiver.takeTypes();
      const answer = await press(session, { method: 'pix', tax_id: '000.000.000-00' });
      await sandbox.idle();
      expect(receiver.takeTypes()).toEqual([
        'payment_intent.created',
        'payment_intent.requires_action',
        'checkout.session.completed',
      ]);
      return { session, page: `${sandbox.url}${answer.headers.get('location')}` };
    };
    const first = await order();
    const waiting = await stripe.checkout.sessions.retrieve(first.session.id);
    expect(waiting).toMatchObject({
      status: 'complete',
      payment_status: 'unpaid',
      customer_details: { tax_ids: [{ type: 'br_cpf', value: '00000000000' }] },
    });
    const again = await press(first.session, { method: 'pix' });
    expect(`${sandbox.url}${again.headers.get('location')}`).toBe(first.page);
    const paid = await submit(first.page);
    expect(paid.headers.get('location')).toBe(`http://shop.example/done?session=${first.session.id}`);
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual([
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.async_payment_succeeded',
    ]);

    const second = await order();
    await sandbox.advance({ seconds: 3600 });
    expect(receiver.takeTypes()).toEqual(['payment_intent.payment_failed', 'checkout.session.async_payment_failed']);
    expect((await stripe.checkout.sessions.retrieve(second.session.id)).payment_status).toBe('unpaid');
    expect(succeeded()).toHaveLength(1);
  });

  test('refuses what Stripe refuses', async () => {
    const { sandbox } = world;
    const now = Math.floor(sandbox.now().getTime() / 1000);
    for (const expiresAt of [now + 1799, now + DAY + 1])
      await expect(open({ expires_at: expiresAt })).rejects.toMatchObject({ statusCode: 400, param: 'expires_at' });
    await expect(
      open({
        allowed_payment_method_types: ['pix'],
        line_items: [{ price_data: { currency: 'usd', unit_amount: 100, product_data: { name: 'x' } } }],
      }),
    ).rejects.toMatchObject({ param: 'currency' });
    await expect(
      open({ allowed_payment_method_types: ['pix'], payment_intent_data: { setup_future_usage: 'off_session' } }),
    ).rejects.toMatchObject({ param: 'payment_intent_data[setup_future_usage]' });
  });

  test('closes at its end', async () => {
    const { stripe, sandbox, receiver } = world;
    const session = await open({ expires_at: Math.floor(sandbox.now().getTime() / 1000) + 1800 });
    await sandbox.advance({ seconds: 1800 });
    expect(receiver.takeTypes().at(-1)).toBe('checkout.session.expired');
    expect((await press(session, { card: '4242424242424242' })).status).toBe(410);
    await expect(stripe.checkout.sessions.expire(session.id)).rejects.toMatchObject({ statusCode: 400 });
    expect(succeeded()).toEqual([]);
  });
});
