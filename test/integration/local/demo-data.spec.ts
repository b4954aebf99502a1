import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addDemoData, type DemoTarget } from '../../../src/local/demo-data/index.js';
import { startStorefront } from '../../../src/local/storefront/index.js';
import { callerOf } from '../../support/http.js';
import { startWorld, type World } from '../../browser/world.js';
import { stripeOf } from '../../support/settings.js';

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

describe('the demo’s catalogue', () => {
  it('is on sale at the prices that the sandbox has', async () => {
    const [orchard] = await listCatalogue();
    const amounts = orchard.plans.map((plan: { name: string; prices: { unit_amount: number; currency: string }[] }) => [
      plan.name,
      plan.prices[0]?.unit_amount,
      plan.prices[0]?.currency,
    ]);
    expect(amounts).toEqual([
      ['Free', 0, 'USD'],
      ['Basic', 900, 'USD'],
      ['Pro', 2_900, 'USD'],
      ['Enterprise', 9_900, 'USD'],
    ]);
    const ids = orchard.plans.map(
      (plan: { prices: { provider_price_id: string }[] }) => plan.prices[0]?.provider_price_id,
    );
    const ofPlans = (await listPrices()).filter(({ recurring }: { recurring: object | null }) => recurring);
    expect(ofPlans.map(({ id }: { id: string }) => id).toSorted()).toEqual(ids.toSorted());
  });

  it('has extras whose buyers are led into a published funnel, in each currency', async () => {
    const { body: funnels } = await admin('GET', '/api/v1/admin/funnels');
    expect(
      funnels.map(({ level, code, published_version }: Record<string, unknown>) => [level, code, published_version]),
    ).toEqual([
      ['offer', 'starter-kit-brl', 1],
      ['product', 'starter-kit', 1],
    ]);
    const { body: offers } = await admin('GET', '/api/v1/admin/offers');
    const extras = (await listPrices()).filter(({ recurring }: { recurring: object | null }) => !recurring);
    const mapped = offers.flatMap(({ provider_price_ids }: { provider_price_ids: { provider_price_id: string }[] }) =>
      provider_price_ids.map((price) => price.provider_price_id),
    );
    expect(mapped.toSorted()).toEqual(extras.map(({ id }: { id: string }) => id).toSorted());
  });

  it('is not touched by a later start, also where somebody has changed it', async () => {
    const [orchard] = await listCatalogue();
    const pro = orchard.plans.find(({ code }: { code: string }) => code === 'orchard-pro');
    const { provider, provider_price_id, currency, unit_amount, billing_interval } = pro.prices[0];
    const prices = [{ provider, provider_price_id, currency, unit_amount, billing_interval }];
    expect((await admin('PUT', PLAN, { name: 'Pro, renamed', prices })).status).toBe(200);
    const read = async () => ({
      catalogue: await listCatalogue(),
      prices: await listPrices(),
      offers: (await admin('GET', '/api/v1/admin/offers')).body,
      funnels: (await admin('GET', '/api/v1/admin/funnels')).body,
    });
    const before = await read();
    await addDemoData(target);
    expect(await read()).toEqual(before);
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
