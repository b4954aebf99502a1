import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { closeSound } from '../support/invariants.js';
import { MatrixWorld } from './matrix-world.js';

let world: MatrixWorld;

beforeAll(async () => {
  world = await MatrixWorld.start('dodo', 'attacks_excess');
  await world.shop.planOffer('big', 'pro');
  await world.shop.funnel('course', [
    { kind: 'plan_upgrade', offers: ['big'], next_on_accept: null, next_on_decline: null },
  ]);
});
afterAll(() => closeSound(world));

it('a plan that was offered after a purchase, and took more than its quote said, is to be given back what is too much', async () => {
  const customer = await world.customer();
  await customer.subscribe('starter');
  const visit = await customer.arrive('course');
  const { step } = await visit.view();
  const [offer] = step.offers;
  const quote = await visit.post('quote', { step: step.id, offer_uuid: offer.offer_uuid });
  const { quote_id, terms } = quote.body;
  const method = { kind: 'saved_card', card_id: offer.methods[0].card_id };
  world.sandbox.setWebhook(undefined, undefined, 'dodo');
  world.loseAnswer(world.side.calls.changePlan);
  const wish = { step: step.id, offer_uuid: offer.offer_uuid, method, terms, quote_id };
  expect((await visit.post('payment', wish)).status).toBe(202);
  await world.shop.rows(
    `UPDATE charge_attempts SET command = jsonb_set(command, '{amount}', to_jsonb((command ->> 'amount')::int - 700))
      WHERE status = 'unknown'`,
  );
  await world.resolveUnknown();
  const excess = () =>
    world.shop.rows(
      `SELECT amount::int, failure_detail FROM charge_attempts WHERE purpose = 'plan_change_excess' ORDER BY id LIMIT 1`,
    );
  // Parts of what was prorated cannot be given back there: the job says so until a person has looked.
  await eventually(async () => {
    expect(await excess()).toEqual([{ amount: 700, failure_detail: 'amount_not_refundable' }]);
    return true;
  });
  expect(world.charges(customer)).toEqual([2_000, 1_900, 6_000]);
});
