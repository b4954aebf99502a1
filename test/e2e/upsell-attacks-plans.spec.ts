import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Jobs } from '../../src/common/jobs/index.js';
import { eventually } from '../support/eventually.js';
import { closeSound } from '../support/invariants.js';
import { submit } from './portal.js';
import { Shop, VISA, Visit, type Buyer } from './upsell-shop.js';

let shop: Shop;
let buyers = 0;
const nextBuyer = () => shop.buyer(`buyer-${++buyers}`, [`team-${buyers}`]);
const webhook = () => `${shop.world.application.url}/api/v1/admin/stripe/webhook`;

beforeAll(async () => {
  shop = await Shop.open({ name: 'upsell_attacks_plans' });
  await shop.offer('course', { amount: 4_900 });
  await shop.planOffer('club', 'basic');
  await shop.planOffer('club-pro', 'pro');
  await shop.funnel('course', [
    { kind: 'plan_upgrade', offers: ['club-pro'], next_on_accept: null, next_on_decline: null },
  ]);
});
afterAll(() => closeSound(shop.world));

/** Starts a plan at the merchant's own checkout. */
async function startPlan(buyer: Buyer): Promise<string> {
  const { stripe } = shop.world;
  const metadata = { offer_uuid: shop.offers.club ?? '', group_id: buyer.id.replace('buyer', 'team') };
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription',
    customer: buyer.customerId,
    line_items: [{ quantity: 1, price: shop.world.plans.basic.priceId }],
    success_url: 'https://shop.test/done',
    metadata,
    subscription_data: { metadata },
  });
  await submit(session.url ?? '', new URLSearchParams({ card: VISA, email: `${buyer.id}@shop.test` }));
  await shop.world.settle();
  return session.id;
}

const pause = (isPaused: boolean) => shop.world.sandbox.setWebhook(isPaused ? undefined : webhook());

/** Of payments that are nobody's yet. */
const laterReadings = () =>
  shop.rows<{ payload: never }>(
    `SELECT job.payload FROM graphile_worker._private_jobs job JOIN graphile_worker._private_tasks task ON task.id = job.task_id
      WHERE task.identifier = 'upsell.read-returned' AND job.run_at > now()`,
  );

describe('a plan that was given back', () => {
  it('before anybody told of its sale is given back all the same', async () => {
    const buyer = await nextBuyer();
    pause(true);
    const checkoutId = await startPlan(buyer);
    const payment = shop.charges(buyer.customerId).at(-1)?.payment_intent ?? '';
    await shop.world.stripe.refunds.create({ payment_intent: payment });
    await shop.world.settle();
    pause(false);
    const { data } = await shop.world.stripe.events.list({ limit: 100 });
    const refunded = data.find(({ type }) => type === 'charge.refunded');
    const completed = data.find(
      ({ type, data: { object } }) =>
        type === 'checkout.session.completed' && (object as { id?: string }).id === checkoutId,
    );
    await shop.postEvent(JSON.stringify(refunded));
    await shop.world.settle();
    await eventually(async () => (await laterReadings()).length === 1);
    await shop.postEvent(JSON.stringify(completed));
    await shop.world.settle();
    await shop.world.application.app.get(Jobs).handlers.get('upsell.read-returned')!(
      (await laterReadings())[0]!.payload,
    );
    expect(await shop.rows(`SELECT status FROM sale_items WHERE kind = 'main'`)).toEqual([{ status: 'refunded' }]);
  });
});

describe('a quote', () => {
  const arrive = async () => {
    const buyer = await nextBuyer();
    await startPlan(buyer);
    const visit = await buyer.arrive('course');
    const { step } = await visit.view();
    const offer = step.offers[0];
    const quote = await visit.post('quote', { step: step.id, offer_uuid: offer.offer_uuid });
    const method = { kind: 'saved_card', card_id: offer.methods[0].card_id };
    const wish = {
      step: step.id,
      offer_uuid: offer.offer_uuid,
      method,
      terms: quote.body.terms,
      quote_id: quote.body.quote_id,
    };
    return { buyer, visit, wish };
  };
  const chargesOf = ({ customerId }: Buyer) => shop.charges(customerId).length;

  it('of another customer is not good, and one’s own is good once', async () => {
    const [mine, theirs] = [await arrive(), await arrive()];
    const before = chargesOf(mine.buyer);
    const stolen = { ...mine.wish, quote_id: theirs.wish.quote_id, terms: theirs.wish.terms };
    expect(await mine.visit.post('payment', stolen)).toMatchObject({
      status: 409,
      body: { code: 'upsell_offer_changed' },
    });
    const answers = await Promise.all(Array.from({ length: 10 }, () => mine.visit.post('payment', mine.wish)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    await shop.world.settle();
    expect(chargesOf(mine.buyer)).toBe(before + 1);
    const again = Visit.follow(shop, (await mine.buyer.claim(await mine.buyer.buy('course'))).body);
    expect((await again.post('payment', mine.wish)).status).toBeGreaterThanOrEqual(400);
    expect(chargesOf(mine.buyer)).toBe(before + 2);
  });

  it('is worth nothing once its time is over', async () => {
    const { visit, wish, buyer } = await arrive();
    const before = chargesOf(buyer);
    await shop.world.advance({ seconds: 16 * 60 });
    expect((await visit.post('payment', wish)).status).toBe(409);
    expect(chargesOf(buyer)).toBe(before);
  });
});
