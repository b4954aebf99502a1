import { describe, expect, test } from 'vitest';
import { findOfferProblems, type OfferDraft } from './offer-rules.js';
import { computeOfferCurrencies, computeOfferPrice, translateOffer, type Offer } from './offer.js';
import type { MappedPrice } from './price.js';
import { translateProduct, type Product } from './product.js';

const product: Product = {
  id: '1',
  uuid: '5f0c9c1e-52a1-4b5e-9f7a-0d4b7a1c2e33',
  code: 'course',
  name: 'Course',
  description: 'Twelve lessons',
  delivery: 'By e-mail',
  image: null,
  translations: { vi: { name: 'Khóa học', delivery: 'Qua email' } },
  isActive: true,
};
const oneTime: Offer = {
  id: '1',
  uuid: '3f9f2a47-7e43-4a1c-bb60-6f3b6a5d8a10',
  code: 'course-offer',
  kind: 'one_time',
  product,
  plan: null,
  name: 'Course',
  description: null,
  sellingPoints: ['Certificate'],
  image: null,
  translations: { 'pt-BR': { name: 'Curso', selling_points: [] } },
  currency: 'BRL',
  unitAmount: 9_700,
  allowedMethods: ['card', 'pix'],
  maximumInstallments: 1,
  minimumInstallmentAmount: null,
  isActive: true,
  planPrices: [],
  providerPrices: [],
};
const planPrice = (currency: string, unitAmount: number, changes: Partial<MappedPrice> = {}): MappedPrice => ({
  planId: '1',
  provider: 'stripe',
  providerPriceId: `price_${currency}_${unitAmount}`,
  providerProductId: null,
  currency,
  unitAmount,
  billingInterval: 'year',
  intervalCount: 2,
  isCurrent: true,
  ...changes,
});
const ofPlan = (...planPrices: MappedPrice[]): Offer => ({
  ...oneTime,
  kind: 'plan',
  product: null,
  currency: null,
  unitAmount: null,
  planPrices,
});

const STRIPE = { provider: 'stripe', sellsOwnProducts: false } as const;

describe('computeOfferPrice', () => {
  test('a product costs what its offer says, in that currency alone', () => {
    expect(computeOfferPrice(oneTime, { ...STRIPE, currency: 'BRL' })).toEqual({
      amount: 9_700,
      currency: 'BRL',
      priceId: null,
      productPriceId: null,
      interval: null,
    });
    expect(computeOfferPrice(oneTime, { ...STRIPE, currency: 'USD' })).toBeUndefined();
  });

  test('a plan costs its current price of the currency', () => {
    const offer = ofPlan(planPrice('USD', 1, { isCurrent: false }), planPrice('USD', 2_900), planPrice('EUR', 2_500));
    expect(computeOfferPrice(offer, { ...STRIPE, currency: 'USD' })).toEqual({
      amount: 2_900,
      currency: 'USD',
      priceId: 'price_USD_2900',
      productPriceId: 'price_USD_2900',
      interval: { unit: 'year', count: 2 },
    });
    expect(computeOfferPrice(offer, { ...STRIPE, currency: 'BRL' })).toBeUndefined();
    expect(computeOfferPrice(ofPlan(), { ...STRIPE, currency: 'USD' })).toBeUndefined();
  });
});

test('what is bought once is sold by products only as the product that was listed last', () => {
  const dodo = { provider: 'dodo', currency: 'BRL', sellsOwnProducts: true } as const;
  const priced = (...ids: string[]): Offer => ({
    ...oneTime,
    providerPrices: [
      { provider: 'stripe', providerPriceId: 'price_1' },
      ...ids.map((providerPriceId) => ({ provider: 'dodo' as const, providerPriceId })),
    ],
  });
  expect(computeOfferPrice(priced('pdt_new', 'pdt_old'), dodo)).toMatchObject({
    amount: 9_700,
    priceId: null,
    productPriceId: 'pdt_new',
  });
  expect(computeOfferPrice(priced(), dodo)).toBeUndefined();
  expect(computeOfferPrice(priced('pdt_new'), { ...STRIPE, currency: 'BRL' })).toMatchObject({ productPriceId: null });
});

test('computeOfferCurrencies names every currency that computeOfferPrice has a price in', () => {
  const prices = [planPrice('USD', 2_900), planPrice('EUR', 2_500), planPrice('BRL', 1, { isCurrent: false })];
  expect(computeOfferCurrencies(ofPlan(...prices), 'stripe')).toEqual(['USD', 'EUR']);
  expect(computeOfferCurrencies(oneTime, 'stripe')).toEqual(['BRL']);
});

describe('texts', () => {
  test('are translated one by one, and are the own words where a translation is missing', () => {
    expect(translateOffer(oneTime, 'pt-BR')).toEqual({ name: 'Curso', description: null, sellingPoints: [] });
    expect(translateOffer(oneTime, 'en')).toEqual({
      name: 'Course',
      description: null,
      sellingPoints: ['Certificate'],
    });
    expect(translateProduct(product, 'vi')).toEqual({
      name: 'Khóa học',
      description: 'Twelve lessons',
      delivery: 'Qua email',
    });
    expect(translateProduct(product, 'en').name).toBe('Course');
  });
});

describe('findOfferProblems', () => {
  const draft: OfferDraft = { ...oneTime, productCode: 'course', planCode: null, providerPrices: [] };
  const planDraft: OfferDraft = {
    ...draft,
    productCode: null,
    planCode: 'pro',
    currency: null,
    unitAmount: null,
    allowedMethods: ['card'],
  };
  const twice = { provider: 'stripe', providerPriceId: 'price_1' } as const;

  test.each<[string, OfferDraft, string[]]>([
    ['a product by card and Pix', draft, []],
    ['a product in instalments', { ...draft, maximumInstallments: 12, minimumInstallmentAmount: 500 }, []],
    ['a plan', planDraft, []],
    ['nothing to sell', { ...draft, productCode: null }, ['product_code']],
    ['two things to sell', { ...draft, planCode: 'pro' }, ['product_code']],
    ['a product without a price', { ...draft, currency: null, unitAmount: null }, ['currency', 'unit_amount']],
    ['Pix in dollars', { ...draft, currency: 'USD' }, ['allowed_methods']],
    ['a plan with a price', { ...planDraft, currency: 'BRL', unitAmount: 1 }, ['currency', 'unit_amount']],
    ['a plan by Pix', { ...planDraft, allowedMethods: ['pix'] }, ['allowed_methods']],
    ['a plan in instalments', { ...planDraft, maximumInstallments: 2 }, ['maximum_installments']],
    ['Pix in instalments', { ...draft, allowedMethods: ['pix'], maximumInstallments: 2 }, ['maximum_installments']],
    ['a smallest instalment of one', { ...draft, minimumInstallmentAmount: 500 }, ['minimum_installment_amount']],
    [
      'instalments larger than the whole',
      { ...draft, maximumInstallments: 2, minimumInstallmentAmount: 9_701 },
      ['minimum_installment_amount'],
    ],
    ['a price twice', { ...draft, providerPrices: [twice, twice] }, ['provider_price_ids.1']],
    [
      'several mistakes at once',
      { ...draft, currency: 'USD', minimumInstallmentAmount: 9_701, providerPrices: [twice, twice] },
      ['allowed_methods', 'minimum_installment_amount', 'minimum_installment_amount', 'provider_price_ids.1'],
    ],
  ])('%s', (_what, wanted, fields) => {
    expect(findOfferProblems(wanted).map((problem) => problem.field)).toEqual(fields);
  });
});
