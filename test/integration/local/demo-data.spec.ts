import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDemoData, type DemoTarget } from '../../../src/local/demo-data/index.js';
import { startStorefront } from '../../../src/local/storefront/index.js';
import { callerOf } from '../../support/http.js';
import { startWorld, type World } from '../../browser/world.js';
import { dodoOf, stripeOf } from '../../support/settings.js';

const PLAN = '/api/v1/admin/packages/orchard/plans/orchard-pro';

let world: World;
let target: DemoTarget;

beforeAll(async () => {
  world = await startWorld('demo_data');
  const { auth, ...config } = world.application.config;
  target = {
    upliftUrl: world.application.url,
    sandboxUrl: world.sandbox.url,
    adminApiKey: auth.adminApiKey,
    stripeSecretKey: stripeOf(config).secretKey,
    dodoApiKey: dodoOf(config).apiKey,
  };
});

afterAll(() => world?.close());

const admin = (method: string, path: string, body?: unknown) =>
  world.application.call(method, path, { apiKey: target.adminApiKey, body });

const listCatalogue = async () => (await admin('GET', '/api/v1/admin/packages')).body;

const listPrices = async () => {
  const headers = { authorization: `Bearer ${target.stripeSecretKey}` };
  return (await callerOf(world.sandbox.url)('GET', '/v1/prices', { headers })).body.data;
};

const listProducts = async () => {
  const headers = { authorization: `Bearer ${target.dodoApiKey}` };
  return (await callerOf(world.sandbox.url)('GET', '/dodo/products?page_number=0&page_size=100', { headers })).body
    .items;
};

interface ListedPrice {
  readonly provider: string;
  readonly provider_price_id: string;
  readonly unit_amount: number;
  readonly currency: string;
}

const idsAt = (provider: string, prices: readonly ListedPrice[]): string[] =>
  prices.filter((price) => price.provider === provider).map((price) => price.provider_price_id);

describe('the demo’s catalogue', () => {
  it('is on sale at the prices that the sandbox has, at both providers', async () => {
    const [orchard] = await listCatalogue();
    const sold = orchard.plans.map((plan: { name: string; prices: ListedPrice[] }) => [
      plan.name,
      ...plan.prices.map((price) => `${price.provider} ${price.unit_amount} ${price.currency}`).toSorted(),
    ]);
    expect(sold).toEqual([
      ['Free', 'stripe 0 USD'],
      ['Basic', 'dodo 900 USD', 'stripe 900 USD'],
      ['Pro', 'dodo 2900 USD', 'stripe 2900 USD'],
      ['Enterprise', 'dodo 9900 USD', 'stripe 9900 USD'],
    ]);
    const prices = orchard.plans.flatMap((plan: { prices: ListedPrice[] }) => plan.prices);
    const ofPlans = (await listPrices()).filter(({ recurring }: { recurring: object | null }) => recurring);
    expect(ofPlans.map(({ id }: { id: string }) => id).toSorted()).toEqual(idsAt('stripe', prices).toSorted());
    const recurring = (await listProducts()).filter((product: { is_recurring: boolean }) => product.is_recurring);
    expect(recurring.map((product: { product_id: string }) => product.product_id).toSorted()).toEqual(
      idsAt('dodo', prices).toSorted(),
    );
  });

  it('has extras whose buyers are led into a published funnel, in each currency', async () => {
    const { body: funnels } = await admin('GET', '/api/v1/admin/funnels');
    expect(
      funnels.map(({ level, code, published_version }: Record<string, unknown>) => [level, code, published_version]),
    ).toEqual([
      ['offer', 'starter-kit-brl', 1],
      ['product', 'starter-kit', 1],
    ]);
  });

  it('maps to each offer what the providers sell', async () => {
    const { body: offers } = await admin('GET', '/api/v1/admin/offers');
    const mapped = offers.flatMap(({ provider_price_ids: ids }: { provider_price_ids: ListedPrice[] }) => ids);
    const extras = (await listPrices()).filter(({ recurring }: { recurring: object | null }) => !recurring);
    expect(idsAt('stripe', mapped).toSorted()).toEqual(extras.map(({ id }: { id: string }) => id).toSorted());
    const products = (await listProducts()).filter((product: { is_recurring: boolean }) => !product.is_recurring);
    expect(idsAt('dodo', mapped).toSorted()).toEqual(
      products.map((product: { product_id: string }) => product.product_id).toSorted(),
    );
    const withoutDodo = offers.filter(
      ({ kind, provider_price_ids: ids }: { kind: string; provider_price_ids: ListedPrice[] }) =>
        kind === 'one_time' && idsAt('dodo', ids).length !== 1,
    );
    expect(withoutDodo).toEqual([]);
  });

  it('is not touched by a later start, also where somebody has changed it', async () => {
    const [orchard] = await listCatalogue();
    const pro = orchard.plans.find(({ code }: { code: string }) => code === 'orchard-pro');
    const prices = pro.prices.map(
      ({ is_current: _isCurrent, ...price }: ListedPrice & { is_current: boolean }) => price,
    );
    expect((await admin('PUT', PLAN, { name: 'Pro, renamed', prices })).status).toBe(200);
    const read = async () => ({
      catalogue: await listCatalogue(),
      prices: await listPrices(),
      products: await listProducts(),
      offers: (await admin('GET', '/api/v1/admin/offers')).body,
      funnels: (await admin('GET', '/api/v1/admin/funnels')).body,
    });
    const before = await read();
    await addDemoData(target);
    expect(await read()).toEqual(before);
  });

  it('gets the prices of a provider that came later, and keeps the rest', async () => {
    const [{ plans }] = await listCatalogue();
    const pro = plans.find(({ code }: { code: string }) => code === 'orchard-pro');
    const [stripe] = pro.prices.filter(({ provider }: ListedPrice) => provider === 'stripe');
    const { is_current: _isCurrent, ...price } = stripe;
    expect((await admin('PUT', PLAN, { name: 'Pro, alone', prices: [price] })).status).toBe(200);
    await addDemoData(target);
    const [after] = await listCatalogue();
    const found = after.plans.find(({ code }: { code: string }) => code === 'orchard-pro');
    const current = found.prices.filter((each: { is_current: boolean }) => each.is_current);
    expect([found.name, ...current.map(({ provider }: ListedPrice) => provider).toSorted()]).toEqual([
      'Pro, alone',
      'dodo',
      'stripe',
    ]);
  });

  it('says what was refused', async () => {
    await expect(addDemoData({ ...target, adminApiKey: 'upl_wrong' })).rejects.toThrow(
      /^The demo data was refused: GET \/api\/v1\/admin\/packages answered 401/,
    );
  });
});

describe('a storefront whose secret is not Uplift’s', () => {
  it('shows the API’s own refusal', async () => {
    const storefront = await startStorefront({
      port: 0,
      upliftUrl: target.upliftUrl,
      sandboxUrl: target.sandboxUrl,
      stripeSecretKey: target.stripeSecretKey,
      dodoApiKey: target.dodoApiKey,
      serviceApiKey: target.adminApiKey,
      jwtSecret: 'another-secret-of-thirty-two-characters',
    });
    const call = callerOf(storefront.url);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const signIn = await call('POST', '/sign-in', { body: 'customer=linh', headers: form });
    const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const { status, body } = await call('GET', '/', { headers: { cookie } });
    expect(status).toBe(200);
    expect(body).toContain('Bạn cần đăng nhập.');
    expect(body).toContain('401 unauthenticated');
    await storefront.close();
  });
});
