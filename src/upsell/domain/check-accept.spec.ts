import { describe, expect, it } from 'vitest';
import { checkAccept, type AcceptContext, type AcceptRefusal } from './check-accept.js';
import type { PaymentSituation } from './methods.js';

const now = new Date('2026-01-15T10:00:00Z');
const CARD = {
  id: 'pm_1',
  brand: 'visa',
  last4: '4242',
  expiryMonth: 1,
  expiryYear: 2026,
  fingerprint: null,
  isReusable: true,
};

const situation: PaymentSituation = {
  stepKind: 'pix_or_card',
  sells: 'one_time',
  allowedMethods: ['card', 'pix'],
  currency: 'BRL',
  saleMethodKind: 'card',
  cards: [],
  pixCurrencies: ['BRL'],
  now,
};
const offer = { situation, terms: 'terms', installments: [], isQuoteGood: null };
const wish = {
  stepUuid: 'step',
  offerId: '7',
  terms: 'terms',
  method: { kind: 'saved_card', cardId: 'pm_1' },
  installments: 1,
} as const;
const good: AcceptContext = {
  session: { status: 'open', lapse: 'none' },
  stepUuid: 'step',
  offeredOfferIds: ['7', '8'],
  wish,
  offer,
  cards: [CARD],
};

const withWish = (changes: Partial<AcceptContext['wish']>): Partial<AcceptContext> => ({
  wish: { ...wish, ...changes },
});
const withSituation = (changes: Partial<PaymentSituation>): Partial<AcceptContext> => ({
  offer: { ...offer, situation: { ...situation, ...changes } },
});

/** Each rule broken alone, in the order in which the rules are asked. */
const FAILURES: readonly (readonly [string, Partial<AcceptContext>, AcceptRefusal])[] = [
  ['the session is over', { stepUuid: null, session: { status: 'completed', lapse: 'none' } }, 'upsell_session_over'],
  ['its time is over', { session: { status: 'open', lapse: 'expired' } }, 'upsell_session_over'],
  ['its funnel is killed', { session: { status: 'open', lapse: 'killed' } }, 'upsell_session_over'],
  ['another step is open', withWish({ stepUuid: 'other' }), 'upsell_step_stale'],
  ['the step is being paid for', { session: { status: 'charging', lapse: 'none' } }, 'upsell_payment_pending'],
  ['the step’s time is over', { session: { status: 'open', lapse: 'step_expired' } }, 'upsell_step_expired'],
  ['the offer is nobody’s', withWish({ offerId: undefined }), 'offer_not_found'],
  ['the offer is of another step', withWish({ offerId: '9' }), 'offer_not_found'],
  ['the offer is owned, declined or withdrawn', { offer: undefined }, 'upsell_offer_changed'],
  ['something else was agreed to', withWish({ terms: 'others' }), 'upsell_offer_changed'],
  ['the quote does not hold', { offer: { ...offer, isQuoteGood: false } }, 'upsell_offer_changed'],
  ['cards are not taken', withSituation({ allowedMethods: ['pix'] }), 'payment_method_not_allowed'],
  ['the main sale was not paid by card', withSituation({ saleMethodKind: 'pix' }), 'one_click_not_available'],
  ['the card is somebody else’s', { cards: [{ ...CARD, id: 'pm_2' }] }, 'payment_method_not_found'],
  ['the card has expired', { cards: [{ ...CARD, expiryYear: 2025, expiryMonth: 12 }] }, 'payment_method_expired'],
  ['the card must be entered anew', { cards: [{ ...CARD, isReusable: false }] }, 'payment_method_not_reusable'],
  [
    'the card does not pay in the currency',
    { cards: [{ ...CARD, brand: 'rupay' }] },
    'payment_method_currency_not_supported',
  ],
  ['the offer is not spread so', withWish({ installments: 2 }), 'installments_not_allowed'],
];

describe('checkAccept', () => {
  it('lets a good one through: the card holds to the end of its month', () => {
    expect(checkAccept(good)).toEqual({ kind: 'ok' });
  });

  it.each(FAILURES)('refuses when %s', (_why, broken, code) => {
    expect(checkAccept({ ...good, ...broken })).toEqual({ kind: 'refused', code });
  });

  it('names the first rule that is broken, whatever else is', () => {
    let context = good;
    for (const [, broken, code] of FAILURES.toReversed()) {
      const { wish: brokenWish, offer: brokenOffer, ...rest } = broken;
      context = {
        ...context,
        ...rest,
        wish: { ...context.wish, ...(brokenWish ? difference(brokenWish, wish) : {}) },
        offer: 'offer' in broken ? mergeOffer(context.offer, brokenOffer) : context.offer,
      };
      expect(checkAccept(context)).toEqual({ kind: 'refused', code });
    }
  });

  it('asks for the cards only when everything before them is good', () => {
    expect(checkAccept({ ...good, cards: undefined })).toEqual({ kind: 'read_cards' });
    expect(checkAccept({ ...good, cards: undefined, ...withWish({ terms: 'others' }) }).kind).toBe('refused');
    for (const kind of ['new_card', 'pix'] as const) {
      expect(checkAccept({ ...good, cards: undefined, ...withWish({ method: { kind } }) })).toEqual({ kind: 'ok' });
    }
  });

  it('takes Pix for what is sold once, where the provider and the offer do, after a sale paid by Pix too', () => {
    const pix = withWish({ method: { kind: 'pix' } });
    expect(checkAccept({ ...good, ...pix, ...withSituation({ saleMethodKind: 'pix' }) })).toEqual({ kind: 'ok' });
    for (const changes of [
      { allowedMethods: ['card'] },
      { currency: 'USD' },
      { stepKind: 'one_click' },
      { sells: 'start_plan' },
    ] as const) {
      expect(checkAccept({ ...good, ...pix, ...withSituation(changes) })).toEqual({
        kind: 'refused',
        code: 'payment_method_not_allowed',
      });
    }
  });

  it('upgrades a plan on the card of its subscription, and nothing else', () => {
    const upgrade = { ...good, ...withSituation({ sells: 'upgrade_plan' }) };
    const own = withWish({ method: { kind: 'saved_card', cardId: 'subscription' } });
    expect(checkAccept({ ...upgrade, cards: undefined, ...own })).toEqual({ kind: 'ok' });
    for (const context of [
      upgrade,
      { ...upgrade, ...withWish({ method: { kind: 'new_card' } }) },
      { ...good, ...own },
    ]) {
      expect(checkAccept(context)).toEqual({ kind: 'refused', code: 'payment_method_not_allowed' });
    }
  });

  it('spreads what is charged by one click, where the offer says so', () => {
    const spread = {
      ...offer,
      installments: [
        { count: 1, amount: 100 },
        { count: 3, amount: 33 },
      ],
    };
    const inThree = { ...good, offer: spread, ...withWish({ installments: 3 }) };
    expect(checkAccept(inThree)).toEqual({ kind: 'ok' });
    const byPage = { ...good, offer: spread, ...withWish({ installments: 3, method: { kind: 'new_card' } }) };
    expect(checkAccept(byPage)).toEqual({ kind: 'refused', code: 'installments_not_allowed' });
  });
});

function difference(broken: AcceptContext['wish'], whole: AcceptContext['wish']): Partial<AcceptContext['wish']> {
  const changed = Object.entries(broken).filter(([key, value]) => value !== whole[key as keyof typeof whole]);
  return Object.fromEntries(changed);
}

function mergeOffer(before: AcceptContext['offer'], broken: AcceptContext['offer']): AcceptContext['offer'] {
  if (!broken || !before) return broken;
  return {
    ...before,
    isQuoteGood: broken.isQuoteGood ?? before.isQuoteGood,
    situation: {
      ...before.situation,
      allowedMethods:
        broken.situation.allowedMethods === situation.allowedMethods
          ? before.situation.allowedMethods
          : broken.situation.allowedMethods,
      saleMethodKind:
        broken.situation.saleMethodKind === 'card' ? before.situation.saleMethodKind : broken.situation.saleMethodKind,
    },
  };
}
