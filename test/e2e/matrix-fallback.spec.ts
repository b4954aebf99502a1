import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { savedCard, type MatrixCustomer } from './matrix-customer.js';
import { CARDS, MatrixWorld, PROVIDERS } from './matrix-world.js';
import type { Visit } from './upsell-shop.js';
import { closeSound } from '../support/invariants.js';

const FUNNEL = [{ kind: 'one_click', offers: ['course'], next_on_accept: null, next_on_decline: null }];

describe.each(PROVIDERS)('the standard checkout after a decline, over %s', (provider) => {
  let world: MatrixWorld;
  beforeAll(async () => {
    world = await MatrixWorld.start(provider, 'fallback');
    await world.shop.funnel('kit', FUNNEL);
  });
  afterEach(async () => {
    world.sandbox.faults.clear();
    await world.settle();
  });
  afterAll(() => closeSound(world));

  /** Somebody whose saved card has just been declined. */
  async function declined(): Promise<{ customer: MatrixCustomer; visit: Visit }> {
    const customer = await world.customer();
    await customer.subscribe('starter');
    await customer.enterCard(CARDS.declinesLater);
    const visit = await customer.arrive('kit');
    const answer = await visit.accept({ method: await savedCard(visit, CARDS.declinesLater) });
    expect(answer).toMatchObject({ status: 402, body: { code: 'payment_declined' } });
    return { customer, visit };
  }

  it('is offered, and paying there extends the same sale', async () => {
    const { customer, visit } = await declined();
    const fallback = await visit.accept({ method: { kind: 'new_card' } });
    expect(fallback).toMatchObject({ status: 202, body: { pending: { kind: 'checkout' } } });
    await customer.pay(fallback.body.pending.url, CARDS.other);
    await world.settle();
    expect(await visit.items()).toContain('upsell course paid 1900');
    expect(await visit.sale()).toMatchObject({ status: 'extended' });
    expect(world.charges(customer)).toEqual([2_000, 4_900, 1_900]);
  });

  it('is one page, however often it is asked for, and is paid once', async () => {
    const { customer, visit } = await declined();
    const wish = await visit.wish({ method: { kind: 'new_card' } });
    const pages = [];
    for (let press = 0; press < 3; press++) pages.push((await visit.post('payment', wish)).body.pending.url);
    expect(new Set(pages).size).toBe(1);
    await customer.pay(pages[0]);
    await customer.pay(pages[0]);
    await world.settle();
    expect(world.charges(customer)).toEqual([2_000, 4_900, 1_900]);
  });

  it('is not opened a second time when the answer to its making is lost', async () => {
    const { customer, visit } = await declined();
    const wish = await visit.wish({ method: { kind: 'new_card' } });
    world.loseAnswer(world.side.calls.checkout);
    const first = await visit.post('payment', wish);
    expect(first.status).toBe(202);
    const again = await visit.post('payment', wish);
    expect(again.status).toBe(202);
    // Either the same page is given, or none while nobody knows.
    expect(again.body.pending.url).toBe(first.body.pending.url);
    await world.resolveUnknown();
    expect((await visit.view()).pending?.kind).not.toBe('processing');
    expect(world.charges(customer)).toEqual([2_000, 4_900]);
  });

  it('can be given up where the provider can close it; elsewhere the same page is given again', async () => {
    const { customer, visit } = await declined();
    const first = await visit.accept({ method: { kind: 'new_card' } });
    const { step } = await visit.view();
    const closes = world.capabilities.cancelsOpenPayments;
    const refusal = { status: 409, body: { code: 'upsell_payment_pending' } };
    expect(await visit.post('cancel-payment', { step: step.id })).toMatchObject(closes ? { status: 200 } : refusal);
    const second = await visit.accept({ method: { kind: 'new_card' } });
    expect(second.body.pending.url === first.body.pending.url).toBe(!closes);
    const firstPage = await customer.pay(first.body.pending.url).then(
      () => 'paid',
      () => 'closed',
    );
    expect(firstPage).toBe(closes ? 'closed' : 'paid');
    await customer.pay(second.body.pending.url);
    await world.settle();
    expect(world.charges(customer)).toEqual([2_000, 4_900, 1_900]);
  });
});
