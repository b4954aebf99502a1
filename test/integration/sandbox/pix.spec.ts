import { inflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Stripe } from 'stripe';
import { eventsOf, HOUR, startWorld, submit, type World } from './support.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const ORDER = {
  amount: 4990,
  currency: 'brl',
  allowed_payment_method_types: ['pix' as const],
  payment_method_data: {
    type: 'pix' as const,
    billing_details: { name: 'Ada', email: 'ada@example.com', tax_id: '00000000000' },
  },
  confirm: true,
};

async function start(overrides: Partial<Stripe.PaymentIntentCreateParams> = {}) {
  const intent = await world.stripe.paymentIntents.create({ ...ORDER, ...overrides });
  await world.sandbox.idle();
  world.receiver.takeTypes();
  return { intent, qr: intent.next_action!.pix_display_qr_code! };
}

const control = async (path: string, body: object = {}): Promise<Response> =>
  fetch(`${world.sandbox.url}/sandbox/stripe${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const charges = () => world.sandbox.ledger().map(({ type, amount, outcome }) => [type, amount, outcome]);

describe('a Pix code', () => {
  test('is handed out with pictures and instructions, and is paid once', async () => {
    const { stripe, sandbox, receiver } = world;
    const { intent, qr } = await start();
    expect(intent).toMatchObject({
      status: 'requires_action',
      payment_method_types: ['pix'],
      next_action: { type: 'pix_display_qr_code' },
    });
    expect(qr.expires_at).toBe(intent.created + 14_400);
    expect(qr.data).toMatch(/^000201010212.*br\.gov\.bcb\.pix.*540549\.905802BR.*6304[0-9A-F]{4}$/);
    const page = await fetch(qr.hosted_instructions_url!);
    expect(await page.text()).toContain(qr.data);

    for (const _ of [1, 2]) expect((await submit(qr.hosted_instructions_url!)).status).toBe(303);
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual(['charge.succeeded', 'payment_intent.succeeded']);
    expect(charges()).toEqual([['charge', 4990, 'succeeded']]);
    const paid = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge', 'payment_method'] });
    expect(paid).toMatchObject({
      status: 'succeeded',
      next_action: null,
      latest_charge: { payment_method_details: { type: 'pix' } },
      payment_method: { type: 'pix', billing_details: { tax_id: '00000000000' } },
    });
    await sandbox.advance({ days: 1 });
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
    await stripe.refunds.create({ payment_intent: intent.id, amount: 990 });
    expect(charges().at(-1)).toEqual(['refund', 990, 'succeeded']);
    expect((await control('/disputes', { payment_intent: intent.id })).status).toBe(400);
  });

  test('waits in the banking app until it is paid', async () => {
    const bank = async () => (await fetch(new URL('/pix', world.sandbox.url))).text();
    expect(await bank()).toContain('No Pix code waits to be paid');
    const { intent } = await start();
    expect(await bank()).toContain(`href="/pix/${intent.id}"`);
    await control(`/pix/${intent.id}/pay`);
    expect(await bank()).not.toContain(intent.id);
  });

  test('has pictures that hold the code', async () => {
    const { qr } = await start();
    const svg = await fetch(qr.image_url_svg!);
    expect(svg.headers.get('content-type')).toContain('image/svg+xml');
    expect(await svg.text()).toContain('<svg');
    const png = Buffer.from(await (await fetch(qr.image_url_png!)).arrayBuffer());
    const side = png.readUInt32BE(16);
    expect([png.subarray(1, 4).toString('latin1'), png.readUInt32BE(20)]).toEqual(['PNG', side]);
    const length = png.readUInt32BE(33);
    const pixels = inflateSync(png.subarray(41, 41 + length));
    expect(pixels).toHaveLength(side * (side + 1));
    expect(new Set(pixels)).toEqual(new Set([0, 255]));
  });

  test('expires, and its payment can still arrive late unless it is canceled', async () => {
    const { stripe, sandbox, receiver } = world;
    const { intent, qr } = await start({ payment_method_options: { pix: { expires_after_seconds: 60 } } });
    expect(qr.expires_at).toBe(intent.created + 60);
    await sandbox.advance({ seconds: 60 });
    expect(receiver.takeTypes()).toEqual(['payment_intent.payment_failed']);
    expect(eventsOf(receiver, 'payment_intent.payment_failed')[0]!.data.object).toMatchObject({
      status: 'requires_payment_method',
      next_action: null,
      last_payment_error: { code: 'payment_intent_payment_attempt_expired' },
    });
    expect((await submit(qr.hosted_instructions_url!)).status).toBe(410);
    expect((await control(`/pix/${intent.id}/pay`)).status).toBe(400);
    expect(charges()).toEqual([]);

    expect((await control(`/pix/${intent.id}/pay`, { late: true })).status).toBe(200);
    await sandbox.idle();
    expect(receiver.takeTypes()).toEqual(['charge.succeeded', 'payment_intent.succeeded']);

    const other = await start({ payment_method_options: { pix: { expires_after_seconds: 60 } } });
    await stripe.paymentIntents.cancel(other.intent.id);
    expect((await control(`/pix/${other.intent.id}/pay`, { late: true })).status).toBe(400);
    await sandbox.advance({ seconds: HOUR });
    expect((await stripe.paymentIntents.retrieve(other.intent.id)).status).toBe('canceled');
    expect(charges()).toHaveLength(1);
  });

  test('is for BRL alone, and lives between a minute and a fortnight', async () => {
    const { stripe } = world;
    await expect(stripe.paymentIntents.create({ ...ORDER, currency: 'usd' })).rejects.toMatchObject({
      statusCode: 400,
      param: 'currency',
    });
    for (const seconds of [59, 1_209_601])
      await expect(
        stripe.paymentIntents.create({
          ...ORDER,
          payment_method_options: { pix: { expires_after_seconds: seconds } },
        }),
      ).rejects.toMatchObject({ statusCode: 400, param: 'payment_method_options[pix][expires_after_seconds]' });
    expect((await stripe.paymentIntents.list()).data).toEqual([]);
  });

  test('lives to the second', async () => {
    const { intent } = await start();
    await world.sandbox.advance({ seconds: 14_399 });
    expect((await world.stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_action');
    await world.sandbox.advance({ seconds: 1 });
    expect((await world.stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_payment_method');
  });
});
