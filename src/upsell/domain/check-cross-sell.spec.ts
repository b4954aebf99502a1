import { describe, expect, it } from 'vitest';
import {
  checkCrossSell,
  chooseMethod,
  type CrossSellContext,
  type CrossSellRefusal,
  type MethodChoice,
} from './check-cross-sell.js';

const good: CrossSellContext = {
  isOnSale: true,
  isOwned: false,
  hasOtherPlan: false,
  terms: 'terms',
  agreedTerms: 'terms',
  isBeingBought: false,
};

/** Each rule broken alone, in the order in which the rules are asked. */
const FAILURES: readonly (readonly [string, Partial<CrossSellContext>, CrossSellRefusal])[] = [
  ['it is sold no more', { isOnSale: false }, 'offer_not_found'],
  ['it is the customer’s already', { isOwned: true }, 'offer_owned'],
  ['the group has a plan', { hasOtherPlan: true }, 'subscription_already_active'],
  ['it has no price there', { terms: undefined }, 'offer_not_available'],
  ['something else was agreed to', { agreedTerms: 'others' }, 'upsell_offer_changed'],
  ['it is being paid for', { isBeingBought: true }, 'upsell_payment_pending'],
];

describe('whether an offer can be bought by itself', () => {
  it('lets a good one through, shown here or told by somebody else', () => {
    expect(checkCrossSell(good)).toBeUndefined();
    expect(checkCrossSell({ ...good, agreedTerms: undefined })).toBeUndefined();
  });

  it.each(FAILURES)('says no when %s', (_why, broken, code) => {
    expect(checkCrossSell({ ...good, ...broken })).toBe(code);
  });

  it('names the first rule that is broken, whatever else is', () => {
    let context = good;
    for (const [, broken, code] of FAILURES.toReversed()) {
      context = { ...context, ...broken };
      expect(checkCrossSell(context)).toBe(code);
    }
  });
});

const CARD = {
  id: 'pm_1',
  brand: 'visa',
  last4: '4242',
  expiryMonth: 12,
  expiryYear: 2030,
  fingerprint: null,
  isReusable: true,
};
const EXPIRED = { ...CARD, id: 'pm_old', expiryYear: 2020 };
const choice: MethodChoice = {
  currency: 'USD',
  now: new Date('2026-01-15T10:00:00Z'),
  allowedMethods: ['card'],
  pageMethods: ['card'],
  cards: [EXPIRED, CARD, { ...CARD, id: 'pm_2' }],
  hasFailed: false,
  wish: {},
};
const choose = (changes: Partial<MethodChoice>): string => {
  const judged = chooseMethod({ ...choice, ...changes });
  if (judged.kind === 'refused') return judged.code;
  return judged.method.kind === 'saved_card' ? judged.method.cardId : 'page';
};

describe('how a cross-sell is paid', () => {
  it.each<[string, Partial<MethodChoice>, string]>([
    ['by the first card that can be charged', {}, 'pm_1'],
    ['on the page after a card has failed, and by no other card', { hasFailed: true }, 'page'],
    ['on the page, where no card can be charged', { cards: [EXPIRED] }, 'page'],
    ['on the page, where the customer wants that', { wish: { isCheckout: true } }, 'page'],
    ['on the page, where cards are not taken', { allowedMethods: ['pix'], pageMethods: ['pix'] }, 'page'],
    ['by no means', { allowedMethods: ['pix'], pageMethods: [] }, 'payment_method_not_allowed'],
    ['by the card that is named', { wish: { cardId: 'pm_2' } }, 'pm_2'],
    ['by the named one also after it has failed', { wish: { cardId: 'pm_1' }, hasFailed: true }, 'pm_1'],
    ['not by somebody else’s', { wish: { cardId: 'pm_3' } }, 'payment_method_not_found'],
    ['not by one that has expired', { wish: { cardId: 'pm_old' } }, 'payment_method_expired'],
    [
      'not by a named card where cards are not taken',
      { wish: { cardId: 'pm_1' }, allowedMethods: ['pix'] },
      'payment_method_not_allowed',
    ],
  ])('%s', (_how, changes, expected) => {
    expect(choose(changes)).toBe(expected);
  });
});
