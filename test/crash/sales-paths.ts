import { savedCard, type MatrixCustomer } from '../e2e/matrix-customer.js';
import { CARDS, GOODS, GOODS_IN_REAIS, PLANS, type GoodsCode } from '../e2e/matrix-world.js';
import type { Visit } from '../e2e/upsell-shop.js';
import type { Card, CrashPath } from './crash-path.js';
import type { CrashWorld } from './crash-world.js';
import { FunnelScene, type Sold } from './funnel-scene.js';

const BOTH = ['stripe', 'dodo'] as const;
const FAILING_CARDS = { stripe: ['declined', 'authenticates'], dodo: ['declined', 'authenticates'] } as const;

/** Cards by what they do when nobody is there. */
export const NUMBERS: Readonly<Record<Card, string>> = {
  good: CARDS.good,
  declined: CARDS.declinesLater,
  authenticates: '4000002760003184',
};

const COURSE: Sold = { offer: 'course', amount: GOODS.course, gives: { product: 'course' } };
const COURSE_IN_REAIS: Sold = {
  offer: 'course_brl',
  amount: GOODS_IN_REAIS.course_brl,
  gives: { product: 'course_brl' },
};
const CLUB: Sold = { offer: 'club', amount: PLANS.pro, gives: { plan: 'pro' } };

/** What is sold to whom: after the kit the course, in reais too; after the poster a plan. */
export async function openShop({ matrix: { shop } }: CrashWorld): Promise<void> {
  await shop.planOffer('club', 'pro');
  await shop.planOffer('small_club', 'starter');
  for (const [bought, kind, offers] of [
    ['kit', 'one_click', ['course']],
    ['kit_brl', 'pix_or_card', ['course_brl']],
    ['poster', 'with_plans', ['club', 'small_club']],
  ] as const) {
    await shop.funnel(bought, [{ kind, offers, next_on_accept: null, next_on_decline: null }]);
  }
}

const visits = new WeakMap<MatrixCustomer, Visit>();
const visitOf = (customer: MatrixCustomer): Visit => visits.get(customer) as Visit;

/** Buys, and comes to the upsell page; with the card among those that are saved. */
const arriving =
  (goods: GoodsCode): CrashPath['arrange'] =>
  async (_world, customer, card) => {
    await customer.becomeKnown();
    if (card !== 'good') await customer.saveCard(NUMBERS[card]);
    visits.set(customer, await customer.arrive(goods));
  };

/** @param methodOf how they pay; absent: as the page proposes */
const accepting = (
  name: string,
  goods: GoodsCode,
  sold: Sold,
  methodOf?: (visit: Visit, card: Card) => object | Promise<object>,
  more: Partial<CrashPath> = {},
): CrashPath => ({
  name,
  providers: BOTH,
  arrange: arriving(goods),
  async begin(world, customer, card) {
    const visit = visitOf(customer);
    const wish = await visit.wish(methodOf ? { method: await methodOf(visit, card) } : {});
    return new FunnelScene(world, customer, visit, sold, wish);
  },
  ...more,
});

const byCard = (visit: Visit, card: Card): Promise<object> => savedCard(visit, NUMBERS[card]);
const byNewCard = (): object => ({ kind: 'new_card' });
const byPix = (): object => ({ kind: 'pix', tax_id: '12345678909' });

export const ONE_CLICK = accepting('one click in a funnel', 'kit', COURSE, byCard, { cards: FAILING_CARDS });
export const CHECKOUT = accepting('the standard checkout in a funnel', 'kit', COURSE, byNewCard);
export const PLAN_START = accepting('a plan that starts in a funnel', 'poster', CLUB, byCard, { cards: FAILING_CARDS });

const afterDecline: CrashPath = accepting('the standard checkout after a decline', 'kit', COURSE, undefined, {
  arrange: (world, customer) => arriving('kit')(world, customer, 'declined'),
  async begin(world, customer) {
    const visit = visitOf(customer);
    await visit.accept({ method: await savedCard(visit, CARDS.declinesLater) });
    return new FunnelScene(world, customer, visit, COURSE, await visit.wish({ method: byNewCard() }));
  },
});

const upgrade: CrashPath = accepting('an upgrade of a plan in a funnel', 'poster', CLUB, undefined, {
  async arrange(world, customer, card) {
    await customer.subscribe('basic');
    await arriving('poster')(world, customer, card);
  },
  async begin(world, customer) {
    const visit = visitOf(customer);
    const { step } = await visit.view();
    const asked = await visit.post('quote', { step: step.id, offer_uuid: step.offers[0].offer_uuid });
    const { quote_id, terms, amount } = asked.body;
    const wish = await visit.wish({ quote_id, terms });
    return new FunnelScene(world, customer, visit, { ...CLUB, amount }, wish);
  },
});

export const FUNNEL_PATHS: readonly CrashPath[] = [
  ONE_CLICK,
  CHECKOUT,
  afterDecline,
  accepting('Pix in a funnel', 'kit_brl', COURSE_IN_REAIS, byPix, { providers: ['stripe'] }),
  PLAN_START,
  upgrade,
];
