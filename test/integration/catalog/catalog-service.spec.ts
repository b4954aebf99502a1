import { afterAll, beforeAll, describe, expect, vi, test } from 'vitest';
import { CatalogService, computeOfferPrice, translateOffer, type Offer } from '../../../src/catalog/index.js';
import { Database, UnitOfWork } from '../../../src/common/database/index.js';
import type { StartedApplication } from '../../support/application.js';
import { startApi } from '../identity/support.js';
import { adminOf, PICTURES, price, shopOf } from './support.js';

let application: StartedApplication;
let catalog: CatalogService;
let image: string;
const uuids = new Map<string, string>();

beforeAll(async () => {
  application = await startApi('catalog_service');
  catalog = application.app.get(CatalogService, { strict: false });
  const shop = shopOf(application);
  const admin = adminOf(application);
  image = (await shop.upload(PICTURES.png)).body.path;
  await shop.putProduct('course', { delivery: 'By e-mail', image, translations: { vi: { name: 'Khóa học' } } });
  await admin.putPackage('studio', { name: 'Studio' });
  await admin.putPlan('studio/pro', [price('price_pro'), price('price_pro_vnd', { currency: 'VND' })], {
    features: ['10 seats'],
  });
  const prices = (...ids: string[]) => ids.map((id) => ({ provider: 'stripe', provider_price_id: id }));
  const course = { product_code: 'course', image, provider_price_ids: prices('price_course', 'price_course_old') };
  const upgrade = { plan_code: 'pro', currency: undefined, unit_amount: undefined, is_active: false };
  uuids.set('course', (await shop.putOffer('course', { ...course, translations: { vi: { name: 'Học' } } })).body.id);
  uuids.set(
    'upgrade',
    (await shop.putOffer('upgrade', { ...upgrade, provider_price_ids: prices('price_up') })).body.id,
  );
});
afterAll(() => application.close());

const find = async (code: string): Promise<Offer> => {
  const offer = await catalog.findOfferByUuid(uuids.get(code) ?? '');
  if (!offer) throw new Error(`no offer ${code}`);
  return offer;
};

test('a provider’s products sell an offer as the one that was listed last, an earlier one too, and all still stand for it', async () => {
  const shop = shopOf(application);
  const dodo = { provider: 'dodo', currency: 'BRL', sellsOwnProducts: true } as const;
  const put = async (...ids: string[]) => {
    const listed = ids.map((id) => ({ provider: 'dodo', provider_price_id: id }));
    const stripe = { provider: 'stripe', provider_price_id: 'price_again' };
    const { body } = await shop.putOffer('again', { product_code: 'course', provider_price_ids: [...listed, stripe] });
    uuids.set('again', body.id);
    return body.provider_price_ids;
  };
  const sold = async () => computeOfferPrice(await find('again'), dodo)?.productPriceId;
  await put('pdt_z');
  await put('pdt_a');
  expect(await sold()).toBe('pdt_a');
  await put('pdt_z');
  expect(await sold()).toBe('pdt_z');
  await put('pdt_m', 'pdt_b');
  expect(await sold()).toBe('pdt_b');
  const shown = await put('pdt_a');
  expect(await sold()).toBe('pdt_a');
  expect(await shop.putOffer('again', { product_code: 'course' })).toMatchObject({ status: 200 });
  expect(await sold()).toBe('pdt_a');
  const told = { product_code: 'course', provider_price_ids: shown };
  expect((await shop.putOffer('again', told)).body.provider_price_ids).toEqual(shown);
  expect(await sold()).toBe('pdt_a');
  for (const id of ['pdt_z', 'pdt_m', 'pdt_b', 'pdt_a', 'pdt_z']) {
    expect((await catalog.findOfferByProviderPrices('dodo', [id]))?.code).toBe('again');
  }
});

describe('an offer', () => {
  test('of a product has the product, its picture and its translations', async () => {
    const offer = await find('course');
    expect(offer).toMatchObject({
      code: 'course',
      kind: 'one_time',
      plan: null,
      image,
      currency: 'BRL',
      unitAmount: 9_700,
      planPrices: [],
    });
    const product = await catalog.findProductByCode('course');
    expect(offer.product).toEqual(product);
    expect(product).toMatchObject({ image, delivery: 'By e-mail', translations: { vi: { name: 'Khóa học' } } });
    expect(translateOffer(offer, 'vi').name).toBe('Học');
  });

  test('of a plan has the plan with its package, and its current prices', async () => {
    const offer = await find('upgrade');
    expect(offer).toMatchObject({ kind: 'plan', product: null, currency: null, unitAmount: null, isActive: false });
    expect(offer.plan).toEqual([...(await catalog.findPlansByIds([offer.plan!.id])).values()][0]);
    expect(offer.planPrices).toEqual((await catalog.findPlanByUuid(offer.plan!.uuid))?.prices);
    expect(computeOfferPrice(offer, { provider: 'stripe', currency: 'VND', sellsOwnProducts: false })).toMatchObject({
      amount: 2_900,
      priceId: 'price_pro_vnd',
    });
  });

  test('is undefined for a UUID of nothing, and for what is no UUID', async () => {
    expect(await catalog.findOfferByUuid('00000000-0000-4000-8000-000000000000')).toBeUndefined();
    expect(await catalog.findOfferByUuid(`' OR true --`)).toBeUndefined();
  });
});

describe('several offers', () => {
  test('are found by our ids in one query, those unknown left out', async () => {
    const [course, upgrade] = [await find('course'), await find('upgrade')];
    const query = vi.spyOn(application.app.get(Database, { strict: false }), 'prepared');
    const found = await catalog.findOffersByIds([upgrade.id, course.id, '999999']);
    expect(query).toHaveBeenCalledTimes(1);
    query.mockRestore();
    expect(found).toEqual(new Map([course, upgrade].map((offer) => [offer.id, offer])));
    expect(await catalog.findOffersByIds([])).toEqual(new Map());
  });

  test('are found by code', async () => {
    expect([...(await catalog.findOffersByCodes(['course', 'nobody'])).keys()]).toEqual(['course']);
  });
});

describe('offers of a revision of the catalogue', () => {
  const database = () => application.app.get(Database, { strict: false });
  const revision = async (): Promise<string> =>
    (await database().query<{ revision: string }>(`SELECT revision FROM catalog_revision`))[0]!.revision;

  test('are read once, until something in the catalogue changes', async () => {
    const [course, upgrade] = [await find('course'), await find('upgrade')];
    const now = await revision();
    const first = await catalog.findOffersAtRevision(now, [upgrade.id, course.id]);
    const query = vi.spyOn(database(), 'prepared');
    expect(await catalog.findOffersAtRevision(now, [course.id, upgrade.id, course.id])).toEqual(first);
    expect(query).not.toHaveBeenCalled();
    await catalog.findOffersAtRevision(`${Number(now) + 1}`, [course.id]);
    expect(query).toHaveBeenCalledTimes(1);
    query.mockRestore();
  });

  test.each([
    ['an offer', `UPDATE offers SET description = 'Other' WHERE code = 'course'`],
    ['its product', `UPDATE products SET delivery = 'By post' WHERE code = 'course'`],
    ['its plan', `UPDATE package_plans SET is_offered = NOT is_offered WHERE code = 'pro'`],
    ['a price of its plan', `UPDATE package_plan_prices SET unit_amount = unit_amount + 1 WHERE is_current`],
    [
      'what a provider sells it as',
      `INSERT INTO offer_provider_prices (offer_id, provider, provider_price_id)
       SELECT id, 'dodo', 'pdt_course' FROM offers WHERE code = 'course'`,
    ],
    ['its package', `UPDATE packages SET name = 'Atelier' WHERE code = 'studio'`],
  ])('are read anew after a change of %s, with whatever it was made', async (_what, change) => {
    const ids = [(await find('course')).id, (await find('upgrade')).id];
    const before = await catalog.findOffersAtRevision(await revision(), ids);
    await database().query(change);
    const after = await catalog.findOffersAtRevision(await revision(), ids);
    expect(after).not.toEqual(before);
    expect(after).toEqual(await catalog.findOffersByIds(ids));
  });

  test('that are deleted are found no more, although they were kept', async () => {
    const [{ id }] = (await database().query<{ id: string }>(
      `INSERT INTO offers (code, kind, product_id, name, currency, unit_amount, allowed_methods)
       SELECT 'short', 'one_time', id, 'Short', 'USD', 100, '{card}' FROM products WHERE code = 'course' RETURNING id`,
    )) as [{ id: string }];
    expect((await catalog.findOffersAtRevision(await revision(), [id])).size).toBe(1);
    await database().query(`DELETE FROM offers WHERE id = $1`, [id]);
    expect((await catalog.findOffersAtRevision(await revision(), [id])).size).toBe(0);
  });
});

test.each([
  [['price_course'], 'course'],
  [['price_unknown', 'price_up', 'price_course'], 'upgrade'],
  [['price_course_old', 'price_up'], 'course'],
  [['price_pro'], undefined],
  [[], undefined],
])('the provider prices %j stand for the offer %s', async (priceIds, code) => {
  expect((await catalog.findOfferByProviderPrices('stripe', priceIds))?.code).toBe(code);
});

test('within a transaction an offer is as that transaction sees it', async () => {
  const { id } = await find('course');
  await application.app.get(UnitOfWork, { strict: false }).run(async (tx) => {
    await tx.query(`UPDATE offers SET name = 'Inside' WHERE id = $1`, [id]);
    expect((await catalog.findOffersByIds([id], tx)).get(id)?.name).toBe('Inside');
    expect((await catalog.findOfferByUuid(uuids.get('course') ?? ''))?.name).toBe('Offer course');
  });
});

test('images that nobody uploaded are named', async () => {
  const missing = `/media/${'0'.repeat(64)}`;
  expect(await catalog.findMissingImages([image, missing])).toEqual([missing]);
  expect(await catalog.findMissingImages([])).toEqual([]);
});
