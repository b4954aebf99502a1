import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { closeSound } from '../support/invariants.js';
import { submit } from './portal.js';
import { Shop, VISA, type Buyer, type Visit } from './upsell-shop.js';

let shop: Shop;
let buyers = 0;
const nextBuyer = () => shop.buyer(`buyer-${++buyers}`);

beforeAll(async () => {
  shop = await Shop.open({ name: 'upsell_payments' });
  await shop.offer('course', { amount: 4_900 });
  await shop.offer('presets', { amount: 1_900 });
  await shop.funnel('course', [
    { kind: 'one_click', offers: ['presets'], next_on_accept: null, next_on_decline: null },
  ]);
  await shop.offer('curso', { amount: 4_900, currency: 'BRL', methods: ['card', 'pix'] });
  await shop.offer('efeitos', { amount: 1_990, currency: 'BRL', methods: ['card', 'pix'] });
  await shop.funnel('curso', [
    { kind: 'pix_or_card', offers: ['efeitos'], next_on_accept: null, next_on_decline: null },
  ]);
});
afterEach(() => shop.world.sandbox.faults.clear());
afterAll(() => closeSound(shop.world));

const authenticate = (url: string, outcome: string) => submit(url, new URLSearchParams({ outcome }));
const refusedCodes = (answers: readonly { status: number; body: { code?: string } }[]) =>
  answers.filter(({ status }) => status >= 400).map(({ body }) => body.code);

describe('a card that is declined', () => {
  it('leaves the step open, charges nothing, and lets a new card pay', async () => {
    const { visit, method, buyer } = await arriveWithCard('pm_card_chargeCustomerFail');
    const declined = await visit.accept({ method });
    expect(declined).toMatchObject({
      status: 402,
      body: {
        code: 'payment_declined',
        failure: 'card_declined',
        current: {
          session: { status: 'open' },
          step: { number: 1 },
          last_failure: {
            code: 'card_declined',
            message: 'The bank declined this card. Nothing was charged. Use another card.',
          },
        },
      },
    });
    const started = await visit.accept({ method: { kind: 'new_card' } });
    expect(started).toMatchObject({ status: 202, body: { pending: { kind: 'checkout', amount: 1_900 } } });
    await submit(started.body.pending.url, new URLSearchParams({ card: VISA, email: 'buyer@shop.test' }));
    await shop.world.settle();
    expect(await visit.view()).toMatchObject({ session: { status: 'completed' }, pending: null, last_failure: null });
    expect(await visit.items()).toEqual([
      'main course paid 4900',
      'upsell presets failed 1900',
      'upsell presets paid 1900',
    ]);
    expect(await visit.events()).toEqual(['accept', 'failure card_declined', 'accept', 'fallback', 'paid 1900']);
    expect(shop.charges(buyer.customerId).map(({ amount }) => amount)).toEqual([4_900, 1_900]);
    expect((await visit.thankYou()).items).toHaveLength(2);
  });
});

describe('a bank that wants to see its owner', () => {
  it('is paid once the customer comes back', async () => {
    const { visit, method } = await arriveWithCard('pm_card_authenticationRequired');
    const started = await visit.accept({ method });
    expect(started).toMatchObject({
      status: 202,
      body: { session: { status: 'charging' }, pending: { kind: 'authenticate' } },
    });
    await authenticate(started.body.pending.url, 'authenticate');
    await shop.world.settle();
    expect(await visit.items()).toContain('upsell presets paid 1900');
    expect(await visit.view()).toMatchObject({ session: { status: 'completed' } });
  });

  it('is given nothing where its refund is told of before its payment', async () => {
    const { visit, method, buyer } = await arriveWithCard('pm_card_authenticationRequired');
    const { body } = await visit.accept({ method });
    const { sandbox, stripe, application } = shop.world;
    sandbox.setWebhook(undefined);
    await authenticate(body.pending.url, 'authenticate');
    const paid = await stripe.paymentIntents.list({ customer: buyer.customerId, limit: 100 });
    const intent = paid.data.find(({ metadata }) => metadata.uplift_attempt);
    await stripe.refunds.create({ payment_intent: intent?.id });
    const told = (await stripe.events.list({ limit: 100 })).data.filter(({ data: { object } }) =>
      JSON.stringify(object).includes(intent?.id ?? 'none'),
    );
    sandbox.setWebhook(`${application.url}/api/v1/admin/stripe/webhook`);
    for (const event of told) {
      await shop.postEvent(JSON.stringify(event)); // newest first
      await shop.world.settle();
    }
    await eventually(async () => (await visit.items()).includes('upsell presets refunded 1900'));
    expect(await visit.items()).toEqual(['main course paid 4900', 'upsell presets refunded 1900']);
  });

  it('charges nothing when the customer does not authenticate', async () => {
    const { visit, method } = await arriveWithCard('pm_card_authenticationRequired');
    const started = await visit.accept({ method });
    await authenticate(started.body.pending.url, 'fail');
    await shop.world.settle();
    expect(await visit.view()).toMatchObject({
      session: { status: 'open' },
      pending: null,
      last_failure: { code: 'authentication_failed' },
    });
    expect(await visit.items()).toContain('upsell presets failed 1900');
  });

  it('can be given up for another way of paying', async () => {
    const { visit, method } = await arriveWithCard('pm_card_authenticationRequired');
    const started = await visit.accept({ method });
    const body = { step: started.body.step.id };
    expect(await visit.post('decline', body)).toMatchObject({ status: 409, body: { code: 'upsell_payment_pending' } });
    const canceled = await visit.post('cancel-payment', body);
    expect(canceled).toMatchObject({ status: 200, body: { session: { status: 'open' }, pending: null } });
    const again = await visit.accept({ method: { kind: 'new_card' } });
    expect(again).toMatchObject({ status: 202, body: { pending: { kind: 'checkout' } } });
    expect((await visit.post('cancel-payment', body)).body).toMatchObject({ session: { status: 'open' } });
    expect((await visit.decline()).body).toMatchObject({ session: { status: 'completed' } });
    await shop.world.settle();
    expect(await visit.sale()).toMatchObject({ status: 'finalized', is_closed: true });
  });
});

describe('Pix', () => {
  const start = async () => {
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('curso', { currency: 'BRL' });
    const started = await visit.accept({ method: { kind: 'pix', tax_id: '12345678909' } });
    expect(started).toMatchObject({ status: 202, body: { pending: { kind: 'pix', amount: 1_990, currency: 'BRL' } } });
    return { visit, started, paymentId: await paymentOf(visit) };
  };

  it('shows a code that the page can draw by itself, and waits', async () => {
    const { visit, started } = await start();
    const { pix } = started.body.pending;
    expect(pix.code).toMatch(/^000201/);
    expect(pix.qr_image).toMatch(/^data:image\/svg\+xml;base64,/);
    expect(await visit.thankYou()).toMatchObject({
      pending: { kind: 'pix' },
      resume_url: `/upsell-native?offer=${visit.offerUuid}`,
      sale: { is_closed: false },
    });
    const same = await visit.accept({ method: { kind: 'pix', tax_id: '12345678909' } });
    expect(same).toMatchObject({ status: 202, body: { pending: { pix: { code: pix.code } } } });
    expect(await visit.items()).toHaveLength(2);
  });

  it('extends the sale when it is paid', async () => {
    const { visit, paymentId } = await start();
    await shop.bank(`pix/${paymentId}/pay`);
    await shop.world.settle();
    expect(await visit.view()).toMatchObject({ session: { status: 'completed' } });
    expect(await visit.sale()).toMatchObject({ status: 'extended', is_closed: true });
  });

  it('expires, and the offer is there again', async () => {
    const { visit, started } = await start();
    await shop.world.advance({ to: new Date(Date.parse(started.body.pending.expires_at) + 1_000) });
    await eventually(async () => (await visit.items()).includes('upsell efeitos expired 1990'));
    expect(await visit.sale()).toMatchObject({ is_closed: false });
  });

  it('that is paid too late extends a sale that was finalized', async () => {
    const { visit, started, paymentId } = await start();
    await shop.world.advance({ to: new Date(Date.parse(started.body.pending.expires_at) + 1_000) });
    await eventually(async () => (await visit.items()).includes('upsell efeitos expired 1990'));
    await shop.sweep();
    await eventually(async () => (await visit.sale()).status === 'finalized');
    await shop.bank(`pix/${paymentId}/pay`, { late: true });
    await shop.world.settle();
    expect(await visit.sale()).toMatchObject({ status: 'extended', is_closed: true });
    expect(await visit.items()).toContain('upsell efeitos paid 1990');
    expect(await visit.view()).toMatchObject({ session: { status: 'expired' } });
  });
});

describe('a charge happens once', () => {
  it('of fifty accepts at the same time', async () => {
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('course');
    const wish = await visit.wish();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => visit.post('payment', wish, { 'idempotency-key': `try-${index}` })),
    );
    await shop.world.settle();
    expect(shop.charges(buyer.customerId).map(({ amount }) => amount)).toEqual([4_900, 1_900]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const lost = answers.filter(({ status }) => status !== 200 && status !== 202);
    expect(lost.every(({ status }) => status === 409 || status === 410)).toBe(true);
    for (const code of refusedCodes(lost)) {
      // Or the first one has been paid already: then it is theirs, and no offer any more.
      const refusals = ['upsell_payment_pending', 'upsell_step_stale', 'upsell_session_over', 'upsell_offer_changed'];
      expect(refusals).toContain(code);
    }
    expect(await visit.items()).toHaveLength(2);
    expect((await visit.events()).filter((event) => event === 'accept')).toHaveLength(1);
  });

  it('of two tabs with the same key, which get the same answer', async () => {
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('course');
    const wish = await visit.wish();
    const first = await visit.post('payment', wish, { 'idempotency-key': 'click-1' });
    const second = await visit.post('payment', wish, { 'idempotency-key': 'click-1' });
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(second.body).toEqual(first.body);
    expect(shop.charges(buyer.customerId)).toHaveLength(2);
  });

  it('when the answer to the charge is lost once', async () => {
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('course');
    shop.world.sandbox.faults.api({ kind: 'loseResponse', method: 'POST', path: '/v1/payment_intents' });
    expect(await visit.accept()).toMatchObject({ status: 200, body: { session: { status: 'completed' } } });
    expect(shop.charges(buyer.customerId).map(({ amount }) => amount)).toEqual([4_900, 1_900]);
  });

  it('when the answer to the charge is lost: the customer waits, and learns of it', async () => {
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('course');
    const { faults } = shop.world.sandbox;
    faults.api({ kind: 'loseResponse', method: 'POST', path: '/v1/payment_intents' });
    // More often than anybody tries again by themselves.
    faults.api({ kind: 'dropRequest', method: 'POST', path: '/v1/payment_intents', times: 5 });
    faults.delivery({ kind: 'drop', types: ['payment_intent.*', 'charge.*'], times: -1 });
    const answer = await visit.accept();
    expect(answer).toMatchObject({
      status: 202,
      body: { session: { status: 'charging' }, pending: { kind: 'processing' } },
    });
    await eventually(async () => (await visit.view()).session.status === 'completed', { within: 20_000 });
    expect(shop.charges(buyer.customerId).map(({ amount }) => amount)).toEqual([4_900, 1_900]);
    expect(await visit.items()).toContain('upsell presets paid 1900');
  });

  it('of one product in two sales at the same time', async () => {
    const buyer = await nextBuyer();
    const first = await buyer.arrive('course');
    const second = await buyer.arrive('course');
    const wishes = await Promise.all([first.wish(), second.wish()]);
    const answers = await Promise.all([first.post('payment', wishes[0]!), second.post('payment', wishes[1]!)]);
    await shop.world.settle();
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(refusedCodes(answers)).toEqual(['upsell_offer_changed']);
    expect(shop.charges(buyer.customerId).map(({ amount }) => amount)).toEqual([4_900, 4_900, 1_900]);
  });
});

/** At the upsell page, with one more card saved; `method` names it. */
async function arriveWithCard(token: string): Promise<{ buyer: Buyer; visit: Visit; method: object }> {
  const buyer = await nextBuyer();
  const card = await shop.world.stripe.paymentMethods.attach(token, { customer: buyer.customerId });
  return { buyer, visit: await buyer.arrive('course'), method: { kind: 'saved_card', card_id: card.id } };
}

/** The provider's id of the payment that is under way. */
async function paymentOf(visit: Visit): Promise<string> {
  const [row] = await shop.rows<{ id: string }>(
    `SELECT a.provider_payment_id AS id FROM charge_attempts a JOIN upsell_sessions s ON s.charge_attempt_id = a.id
      JOIN sales ON sales.id = s.sale_id WHERE sales.uuid = $1`,
    [visit.saleId],
  );
  return row?.id ?? '';
}
