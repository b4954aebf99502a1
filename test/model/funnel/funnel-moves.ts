import { expect } from 'vitest';
import fc from 'fast-check';
import type { Answer } from '../../support/http.js';
import type { FunnelModel } from './funnel-model.js';
import { DEARER, OFFER_CODES, OFFERS, type OfferCode, type Page, type Refusal, type Way } from './funnel-terms.js';
import type { FunnelMove } from './funnel-shop.js';
import { bank, failOnPage, payOldPage, payPage, payPix, payPixLate } from './provider-moves.js';

const WAYS: readonly Way[] = [
  'good',
  'good',
  'good',
  'declining',
  'asking',
  'asking',
  'new_card',
  'new_card',
  'pix',
  'pix',
];
/** Which of the pages that were seen: mostly the newest. */
const tab = fc.oneof({ arbitrary: fc.constant(0), weight: 5 }, { arbitrary: fc.nat({ max: 5 }), weight: 1 });
const which = fc.nat({ max: 3 });

const expectRefusal = ({ status, body }: Answer, refusal: Refusal): void =>
  expect({ status, code: body.code }).toEqual(refusal);

/** The page that is `back` tabs old; none before the first was seen. */
const pageAt = (model: Readonly<FunnelModel>, back: number): { page: Page; at: number } | undefined => {
  const at = model.pages.length - 1 - (back % Math.max(1, model.pages.length));
  const page = model.pages[at];
  return page && { page, at };
};

const accept = (told: { back: number; offer: number; way: Way; clicks: number }): FunnelMove => {
  const choose = (model: Readonly<FunnelModel>) => {
    const found = pageAt(model, told.back);
    const shown = found?.page.offers[told.offer % Math.max(1, found.page.offers.length)];
    return found && shown && { ...found, offer: shown.code };
  };
  return {
    name: told.clicks > 1 ? `accept ${told.way} twice` : `accept ${told.way}`,
    told,
    // Whoever is declined can click again: then two clicks are two tries.
    check: (model) => choose(model) !== undefined && (told.clicks === 1 || told.way !== 'declining'),
    async run(model, customer) {
      const { page, at, offer } = choose(model)!;
      const visit = customer.visitOf(page.sale);
      const wish = customer.wish(page, at, offer, told.way);
      const answers = await Promise.all(Array.from({ length: told.clicks }, () => visit.post('payment', wish)));
      await customer.shop.world.settle();
      const refusal = model.judge(page, offer, told.way);
      if (refusal === 'same') return answers.forEach(({ status }) => expect(status).toBe(202));
      if (refusal) return answers.forEach((answer) => expectRefusal(answer, refusal));
      const expected = model.charge(page, offer, told.way);
      const statuses = answers.map(({ status }) => status);
      if (!statuses.includes(expected))
        throw new Error(
          `not ${expected}, but ${JSON.stringify(answers.map(({ status, body }) => [status, body.code, body.failure]))}`,
        );
      // Who comes second finds it under way, or paid.
      if (told.clicks > 1) expect(statuses.filter((status) => ![200, 202, 409, 410].includes(status))).toEqual([]);
      await customer.keepPayment(page.sale, (await visit.view()).pending);
      // A second click of somebody who is too late brings the page up to date.
      if (statuses.some((status) => status >= 409)) model.update(model.saleOf(page.sale));
    },
  };
};

const onPage = (
  name: string,
  action: string,
  told: { back: number },
  expected: (model: FunnelModel, page: Page) => Refusal | undefined,
): FunnelMove => ({
  name,
  told,
  check: (model) => pageAt(model, told.back) !== undefined,
  async run(model, customer) {
    const { page, at } = pageAt(model, told.back)!;
    const answer = await customer.post(page, at, action);
    await customer.shop.world.settle();
    const refusal = expected(model, page);
    if (refusal) expectRefusal(answer, refusal);
    else expect(answer.status).toBeLessThan(300);
  },
});

const BUY: FunnelMove = {
  name: 'buy again',
  check: ({ sales, isMailHeld }) => sales.length < 3 && !isMailHeld,
  async run(model, customer) {
    await customer.buy();
    await customer.shop.world.settle();
    model.buy();
  },
};

const pass = (minutes: number): FunnelMove => ({
  name: minutes > 30 ? 'an hour passes' : 'minutes pass',
  told: minutes,
  async run(model, customer) {
    await customer.shop.world.advance({ seconds: minutes * 60 });
    model.pass(minutes);
  },
});

const SWEEP: FunnelMove = {
  name: 'the jobs of a minute run',
  async run(model, customer) {
    await customer.shop.world.sweep();
    model.sweep();
  },
};

const SWITCH: FunnelMove = {
  name: 'kill switch',
  async run(model, customer) {
    model.isKilled = !model.isKilled;
    await customer.shop.kill(model.isKilled);
  },
};

const toggle = (set: Set<OfferCode>, code: OfferCode) => void (set.delete(code) || set.add(code));

const change = (code: OfferCode, what: 'withdrawn' | 'dearer'): FunnelMove => ({
  name: what === 'dearer' ? 'another price' : 'an offer is withdrawn, or back',
  told: code,
  async run(model, customer) {
    toggle(model[what], code);
    const amount = OFFERS[code] + (model.dearer.has(code) ? DEARER : 0);
    await customer.shop.offer(code, amount, !model.withdrawn.has(code));
  },
});

const REPUBLISH: FunnelMove = {
  name: 'another version is published',
  // What is not sold cannot be published.
  check: ({ withdrawn }) => withdrawn.size === 0,
  async run(model, customer) {
    model.published = 1 - model.published;
    await customer.shop.publish(model.published);
  },
};

const refund = (told: number): FunnelMove => ({
  name: 'refund',
  told,
  check: ({ isMailHeld }) => !isMailHeld,
  async run(model, customer) {
    const all = model.sales.flatMap((sale, index) => sale.items.map((item, at) => ({ sale, index, item, at })));
    const { sale, index, item, at } = all[told % all.length]!;
    const { items } = await customer.visitOf(index).sale();
    const answer = await customer.shop.world.matrix.shop.refund(items[at].id);
    await customer.shop.world.settle();
    expect(answer.status).toBe(model.refund(sale, item) ? 200 : 409);
  },
});

const HOLD: FunnelMove = {
  name: 'events are held up',
  check: ({ isMailHeld }) => !isMailHeld,
  run(model, customer) {
    model.isMailHeld = true;
    customer.shop.world.post.hold();
    return Promise.resolve();
  },
};

const release = ({ seed, copies }: { seed: number; copies: number }): FunnelMove => ({
  name: 'events arrive in any order',
  told: { seed, copies },
  check: ({ isMailHeld }) => isMailHeld,
  async run(model, customer) {
    await customer.shop.world.post.release(seed, copies);
    await customer.shop.world.settle();
    model.receiveMail();
  },
});

const acceptance = (clicks: number) =>
  fc
    .record({ back: tab, offer: fc.nat({ max: 1 }), way: fc.constantFrom(...WAYS), clicks: fc.constant(clicks) })
    .map(accept);
const see = (back: number) => onPage('see', 'impression', { back }, (model, page) => model.see(page));
const decline = (back: number) => onPage('decline', 'decline', { back }, (model, page) => model.decline(page));
const giveUp = (back: number) =>
  onPage('give the payment up', 'cancel-payment', { back }, (model, page) => model.cancel(page));
const anyOrder = fc.record({ seed: fc.nat(), copies: fc.integer({ min: 1, max: 2 }) });
const atBank = which.map((at) => bank(at, 'authenticate'));

/** Everything that can happen. What is here more than once happens more often. */
export const FUNNEL_MOVES: readonly fc.Arbitrary<FunnelMove>[] = [
  acceptance(1),
  acceptance(1),
  acceptance(1),
  acceptance(2),
  tab.map(see),
  tab.map(decline),
  tab.map(decline),
  tab.map(giveUp),
  atBank,
  which.map((at) => bank(at, 'fail')),
  which.map(payPage),
  which.map(failOnPage),
  which.map(payOldPage),
  which.map(payPix),
  which.map(payPixLate),
  fc.constant(BUY),
  fc.constantFrom(1, 9, 11).map(pass),
  fc.constantFrom(1, 16, 36, 61).map(pass),
  fc.constant(SWEEP),
  fc.constant(SWITCH),
  fc.constantFrom(...OFFER_CODES).map((code) => change(code, 'dearer')),
  fc.constantFrom(...OFFER_CODES).map((code) => change(code, 'withdrawn')),
  fc.constant(REPUBLISH),
  fc.nat({ max: 9 }).map(refund),
  fc.constant(HOLD),
  anyOrder.map(release),
  anyOrder.map(release),
];

const yes = (way: Way, clicks = 1): FunnelMove => accept({ back: 0, offer: 0, way, clicks });

export const FUNNEL_MOVE = { yes, see, decline, refund, payPage, pass, buy: BUY, kill: SWITCH } as const;

/** Ways to what chance seldom comes to. */
export const FUNNEL_EXAMPLES: readonly (readonly FunnelMove[])[] = [
  [
    see(0),
    yes('declining'),
    yes('asking', 2),
    bank(0, 'fail'),
    yes('new_card', 2),
    failOnPage(0),
    payPage(0),
    refund(1),
  ],
  [yes('good', 2), decline(1), yes('asking'), HOLD, bank(0, 'authenticate'), pass(11), release({ seed: 7, copies: 2 })],
  [
    yes('new_card'),
    giveUp(0),
    pass(36),
    SWEEP,
    change('course', 'dearer'),
    yes('good'),
    yes('good'),
    payOldPage(0),
    change('poster', 'withdrawn'),
    yes('good'),
  ],
  [
    decline(0),
    yes('pix', 2),
    payPix(0),
    yes('pix'),
    pass(61),
    SWEEP,
    payPixLate(0),
    REPUBLISH,
    BUY,
    SWITCH,
    yes('good'),
  ],
];
