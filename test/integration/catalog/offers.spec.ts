import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StartedApplication } from '../../support/application.js';
import type { Answer } from '../../support/http.js';
import { expectProblem, startApi, tally, times } from '../identity/support.js';
import { adminOf, PICTURES, price, shopOf, shownPrice } from './support.js';

let application: StartedApplication;
let shop: ReturnType<typeof shopOf>;
let admin: ReturnType<typeof adminOf>;

beforeAll(async () => {
  application = await startApi('offers');
  shop = shopOf(application);
  admin = adminOf(application);
  await shop.putProduct('course');
  await shop.putProduct('book');
  await admin.putPackage('studio');
  await admin.putPlan('studio/pro', [price('price_pro_old', { unit_amount: 1_900 })]);
  await admin.putPlan('studio/pro', [price('price_pro'), price('price_pro_eur', { currency: 'EUR' })]);
});
afterAll(() => application.close());

const read = (code: string) => shop.call('GET', `offers/${code}`);
const fieldsOf = (answer: Answer) => new Set(answer.body.errors.map((error: { field: string }) => error.field));
const mapped = (...ids: string[]) => ids.map((id) => ({ provider: 'stripe', provider_price_id: id }));
const PLAN_OFFER = { plan_code: 'pro', currency: undefined, unit_amount: undefined };

describe('an offer', () => {
  test('of a product is made as told, and brought up to date with its id', async () => {
    const { path } = (await shop.upload(PICTURES.webp)).body;
    const told = {
      product_code: 'course',
      name: 'Course',
      description: 'Half the price',
      selling_points: ['Twelve lessons', 'Certificate'],
      image: path,
      translations: { vi: { name: 'Khóa học', selling_points: ['Mười hai bài'] }, 'pt-BR': { description: 'Metade' } },
      currency: 'BRL',
      unit_amount: 99_999_999,
      allowed_methods: ['card', 'pix'],
      maximum_installments: 12,
      minimum_installment_amount: 1_000,
      is_active: false,
      provider_price_ids: mapped('price_course_b', 'price_course_a'),
    };
    const first = await shop.putOffer('whole', { ...told, currency: 'brl' });
    expect(first.status).toBe(200);
    expect(first.body).toEqual({
      ...told,
      id: expect.any(String),
      code: 'whole',
      kind: 'one_time',
      plan_code: null,
      plan_prices: [],
      provider_price_ids: expect.arrayContaining(told.provider_price_ids),
    });
    expect((await read('whole')).body).toEqual(first.body);

    const second = await shop.putOffer('whole', { product_code: 'course', name: 'Shorter' });
    expect(second.body).toEqual({
      id: first.body.id,
      code: 'whole',
      kind: 'one_time',
      product_code: 'course',
      plan_code: null,
      name: 'Shorter',
      description: null,
      selling_points: [],
      image: null,
      translations: {},
      currency: 'BRL',
      unit_amount: 9_700,
      allowed_methods: ['card'],
      maximum_installments: 1,
      minimum_installment_amount: null,
      is_active: true,
      plan_prices: [],
      provider_price_ids: first.body.provider_price_ids,
    });
  });

  test('of a plan is shown with what the plan is sold at now', async () => {
    const answer = await shop.putOffer('upgrade', PLAN_OFFER);
    expect(answer.body).toMatchObject({
      kind: 'plan',
      product_code: null,
      plan_code: 'pro',
      currency: null,
      unit_amount: null,
      plan_prices: [shownPrice('price_pro_eur', { currency: 'EUR' }), shownPrice('price_pro')],
    });
    expect((await shop.call('GET', 'offers')).body).toContainEqual(answer.body);
  });

  test('never changes what it sells', async () => {
    const before = (await shop.putOffer('fixed', { product_code: 'course' })).body;
    expectProblem(await shop.putOffer('fixed', { product_code: 'book', name: 'Stolen' }), 409, 'offer_immutable');
    expectProblem(await shop.putOffer('fixed', PLAN_OFFER), 409, 'offer_immutable');
    expect((await read('fixed')).body).toEqual(before);
  });

  test('of something unknown is refused, and an unknown one is not found', async () => {
    expectProblem(await shop.putOffer('lost', { product_code: 'nowhere' }), 404, 'product_not_found');
    expectProblem(await shop.putOffer('lost', { ...PLAN_OFFER, plan_code: 'nowhere' }), 404, 'plan_not_found');
    expectProblem(await read('lost'), 404, 'offer_not_found');
    expectProblem(await shop.call('DELETE', 'offers/lost'), 404, 'offer_not_found');
  });

  test('is for administrators', async () => {
    expectProblem(await application.call('GET', '/api/v1/admin/offers'), 401, 'unauthenticated');
  });

  test('20 identical upserts make one', async () => {
    const body = { product_code: 'course', provider_price_ids: mapped('price_race_1', 'price_race_2') };
    const answers = await Promise.all(times(20, () => shop.putOffer('race', body)));
    expect(tally(answers)).toEqual({ '200': 20 });
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
  });
});

describe('what is not valid', () => {
  test('is named field by field, in every language and every price', async () => {
    const wrong = {
      product_code: 'No Code',
      plan_code: 7,
      name: ' ',
      description: '',
      selling_points: ['', 5],
      image: '/media/short',
      currency: 'XXQ',
      unit_amount: 1.5,
      allowed_methods: ['cash'],
      maximum_installments: 25,
      minimum_installment_amount: 0,
      is_active: null,
      price: 1,
    };
    const translations = { vi: { selling_points: 'x' }, en: { name: '' }, 'pt-PT': { name: 'x' } };
    const prices = [{ provider: 'paypal', provider_price_id: ' ', extra: 1 }];
    const answer = await shop.putOffer('wrong', { ...wrong, translations, provider_price_ids: prices });
    expectProblem(answer, 422, 'validation_failed');
    expect(fieldsOf(answer)).toEqual(
      new Set([
        ...Object.keys(wrong),
        'translations.vi.selling_points',
        'translations.en.name',
        'translations.pt-PT',
        'provider_price_ids.0.provider',
        'provider_price_ids.0.provider_price_id',
        'provider_price_ids.0.extra',
      ]),
    );
    expectProblem(await read('wrong'), 404, 'offer_not_found');
  });

  test.each<[string, object, string]>([
    ['an amount beyond eight digits', { unit_amount: 100_000_000 }, 'unit_amount'],
    ['an amount of nothing', { unit_amount: 0 }, 'unit_amount'],
    ['no method', { allowed_methods: [] }, 'allowed_methods'],
    ['a method twice', { allowed_methods: ['card', 'card'] }, 'allowed_methods'],
    ['no currency', { currency: null }, 'currency'],
    ['no amount', { unit_amount: null }, 'unit_amount'],
    ['Pix in dollars', { currency: 'USD', allowed_methods: ['pix'] }, 'allowed_methods'],
    ['both a product and a plan', { plan_code: 'pro' }, 'product_code'],
    ['neither', { product_code: null }, 'product_code'],
    ['a plan by Pix', { ...PLAN_OFFER, product_code: null, allowed_methods: ['card', 'pix'] }, 'allowed_methods'],
    ['a plan in instalments', { ...PLAN_OFFER, product_code: null, maximum_installments: 2 }, 'maximum_installments'],
    ['instalments by Pix', { allowed_methods: ['pix'], maximum_installments: 2 }, 'maximum_installments'],
    ['a picture that nobody uploaded', { image: `/media/${'0'.repeat(64)}` }, 'image'],
    ['a price twice', { provider_price_ids: mapped('price_x', 'price_x') }, 'provider_price_ids.1'],
  ])('%s is refused', async (_what, body, field) => {
    const answer = await shop.putOffer('wrong', { product_code: 'course', ...body });
    expectProblem(answer, 422, 'validation_failed');
    expect(fieldsOf(answer)).toEqual(new Set([field]));
    expectProblem(await read('wrong'), 404, 'offer_not_found');
  });
});

describe('provider prices', () => {
  test('stand for one offer for ever, and a refused request leaves nothing', async () => {
    await shop.putOffer('owner', { product_code: 'course', provider_price_ids: mapped('price_owned') });
    await shop.putOffer('owner', { product_code: 'course' });
    const wanted = { product_code: 'book', provider_price_ids: mapped('price_fresh', 'price_owned') };
    const answer = await shop.putOffer('thief', wanted);
    expectProblem(answer, 409, 'price_taken');
    expect(answer.body.detail).toBe('Mapped to another offer: price_owned.');
    expectProblem(await read('thief'), 404, 'offer_not_found');
    const later = { product_code: 'course', provider_price_ids: mapped('price_fresh') };
    expect((await shop.putOffer('owner', later)).body.provider_price_ids).toEqual(mapped('price_owned', 'price_fresh'));
  });

  test('wanted by twenty offers at once are one offer’s', async () => {
    const wanted = { product_code: 'course', provider_price_ids: mapped('price_wanted_a', 'price_wanted_b') };
    const answers = await Promise.all(times(20, (position) => shop.putOffer(`wants-${position}`, wanted)));
    expect(tally(answers)).toEqual({ '200': 1, '409 price_taken': 19 });
  });
});

describe('deleting', () => {
  test('takes an offer that nothing refers to, with its prices', async () => {
    await shop.putOffer('gone', { product_code: 'course', provider_price_ids: mapped('price_gone') });
    expect((await shop.call('DELETE', 'offers/gone')).status).toBe(204);
    expectProblem(await read('gone'), 404, 'offer_not_found');
    const heir = { product_code: 'course', provider_price_ids: mapped('price_gone') };
    expect((await shop.putOffer('heir', heir)).body.provider_price_ids).toEqual(mapped('price_gone'));
  });

  test('leaves an offer that a funnel refers to, prices too', async () => {
    const offer = { product_code: 'course', provider_price_ids: mapped('price_kept') };
    const before = (await shop.putOffer('kept', offer)).body;
    await application.database.query(
      `INSERT INTO upsell_funnels (offer_id, draft) SELECT id, '{}' FROM offers WHERE code = 'kept'`,
    );
    expectProblem(await shop.call('DELETE', 'offers/kept'), 409, 'in_use');
    expect((await read('kept')).body).toEqual(before);
  });
});
