import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CatalogService } from '../../../src/catalog/index.js';
import type { StartedApplication } from '../../support/application.js';
import type { Answer } from '../../support/http.js';
import { expectProblem, startApi, tally, times } from '../identity/support.js';
import { PICTURES, shopOf } from './support.js';

let application: StartedApplication;
let shop: ReturnType<typeof shopOf>;

beforeAll(async () => {
  application = await startApi('products');
  shop = shopOf(application);
});
afterAll(() => application.close());

const readAll = async () => (await shop.call('GET', 'products')).body;
const read = async (code: string) => (await readAll()).find((product: { code: string }) => product.code === code);
const fieldsOf = (answer: Answer) => new Set(answer.body.errors.map((error: { field: string }) => error.field));

describe('products', () => {
  test('are made as told, and brought up to date with their id', async () => {
    const { path } = (await shop.upload(PICTURES.png)).body;
    const told = {
      name: 'Lighting',
      description: 'Twelve lessons',
      delivery: 'By e-mail',
      image: path,
      translations: { vi: { name: 'Ánh sáng' }, 'pt-BR': { name: 'Luz', description: 'Doze', delivery: 'Por e-mail' } },
      is_active: false,
    };
    const first = await shop.putProduct('lighting', told);
    expect(first.status).toBe(200);
    expect(first.body).toEqual({ ...told, id: expect.any(String), code: 'lighting' });
    expect(await read('lighting')).toEqual(first.body);

    const second = await shop.putProduct('lighting', { name: 'Light' });
    expect(second.body).toEqual({
      id: first.body.id,
      code: 'lighting',
      name: 'Light',
      description: null,
      delivery: null,
      image: null,
      translations: {},
      is_active: true,
    });
  });

  test('updated_at tells changes, not repetitions', async () => {
    const stamp = async () =>
      (await application.database.query(`SELECT updated_at FROM products WHERE code = 'stamped'`))[0]!['updated_at'];
    await shop.putProduct('stamped', { translations: { en: { name: 'A', delivery: 'B' } } });
    const first = await stamp();
    await shop.putProduct('stamped', { translations: { en: { delivery: 'B', name: 'A' } } });
    expect(await stamp()).toEqual(first);
    await shop.putProduct('stamped', { translations: { en: { name: 'C' } } });
    expect(await stamp()).not.toEqual(first);
  });

  test('20 identical upserts make one', async () => {
    const answers = await Promise.all(times(20, () => shop.putProduct('race')));
    expect(tally(answers)).toEqual({ '200': 20 });
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
  });

  test('validation lists every field, of every language', async () => {
    const body = {
      name: '',
      description: 5,
      delivery: ' ',
      image: 'https://images.test/x.png',
      translations: { vi: { name: '', headline: 'x' }, en: { delivery: null }, fr: { name: 'Lumière' } },
      is_active: 'yes',
      price: 1,
    };
    const answer = await shop.putProduct('wrong', body);
    expectProblem(answer, 422, 'validation_failed');
    expect(fieldsOf(answer)).toEqual(
      new Set([
        'name',
        'description',
        'delivery',
        'image',
        'translations.vi.name',
        'translations.vi.headline',
        'translations.en.delivery',
        'translations.fr',
        'is_active',
        'price',
      ]),
    );
    expectProblem(await shop.putProduct('Wrong'), 422, 'validation_failed');
    expect(await read('wrong')).toBeUndefined();
  });

  test('take only pictures that were uploaded', async () => {
    const answer = await shop.putProduct('pictured', { image: `/media/${'0'.repeat(64)}` });
    expectProblem(answer, 422, 'validation_failed');
    expect(fieldsOf(answer)).toEqual(new Set(['image']));
    expect(await read('pictured')).toBeUndefined();
  });

  test('are deleted while nothing refers to them', async () => {
    await shop.putProduct('sold');
    await shop.putProduct('unsold');
    await shop.putOffer('sells-it', { product_code: 'sold' });
    expectProblem(await shop.call('DELETE', 'products/sold'), 409, 'in_use');
    expect(await read('sold')).toBeDefined();
    expect((await shop.call('DELETE', 'products/unsold')).status).toBe(204);
    expect(await read('unsold')).toBeUndefined();
    expectProblem(await shop.call('DELETE', 'products/unsold'), 404, 'product_not_found');
  });

  test('are found by code and by id', async () => {
    const catalog = application.app.get(CatalogService, { strict: false });
    await shop.putProduct('found', { delivery: 'Here' });
    const product = await catalog.findProductByCode('found');
    expect(product).toMatchObject({ code: 'found', delivery: 'Here', image: null, isActive: true });
    expect(await catalog.findProductsByIds([product!.id, '999999'])).toEqual(new Map([[product!.id, product]]));
    expect(await catalog.findProductByCode('nobody')).toBeUndefined();
  });
});
