import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CatalogService } from '../../../src/catalog/index.js';
import { UnitOfWork } from '../../../src/common/database/index.js';
import type { StartedApplication } from '../../support/application.js';
import { putUser, startApi } from '../identity/support.js';
import { adminOf, price } from './support.js';

let application: StartedApplication;
let admin: ReturnType<typeof adminOf>;
let catalog: CatalogService;

beforeAll(async () => {
  application = await startApi('plans');
  admin = adminOf(application);
  catalog = application.app.get(CatalogService, { strict: false });
  await putUser(application, 'hoa');
});
afterAll(() => application.close());

/** studio: basic and pro are sold, legacy is not offered, draft has no price; team: one plan in two currencies. */
beforeEach(async () => {
  await admin.putPackage('studio', { name: 'Studio' });
  await admin.putPackage('team', { name: 'Team', description: 'For teams' });
  await admin.putPlan('studio/studio-pro', [price('price_pro_old', { unit_amount: 1_900 })], { rank: 30 });
  await admin.putPlan('studio/studio-pro', [price('price_pro')], { name: 'Pro', rank: 30, features: ['10 seats'] });
  await admin.putPlan('studio/studio-basic', [price('price_basic', { unit_amount: 0 })], { rank: 10 });
  await admin.putPlan('studio/studio-legacy', [price('price_legacy')], { rank: 1, is_offered: false });
  await admin.putPlan('studio/studio-draft', [], { rank: 2 });
  const team = [price('price_team_usd'), price('price_team_vnd', { currency: 'VND', unit_amount: 500_000 })];
  await admin.putPlan('team/team-yearly', team, { rank: 20 });
});

const idOf = async (path: string): Promise<string> => (await admin.readPlan(path)).id;
const codes = (plans: readonly { code: string }[]) => plans.map((plan) => plan.code);

describe('GET /api/v1/general/plans', () => {
  test('shows what can be bought, by rank, at today’s prices', async () => {
    const answer = await application.call('GET', '/api/v1/general/plans', { token: await application.tokenFor('hoa') });
    expect(answer.status).toBe(200);
    expect(codes(answer.body.plans)).toEqual(['studio-basic', 'team-yearly', 'studio-pro']);
    const [basic, team, pro] = answer.body.plans;
    expect(pro).toEqual({
      id: await idOf('studio/studio-pro'),
      code: 'studio-pro',
      name: 'Pro',
      description: null,
      features: ['10 seats'],
      package: { id: expect.any(String), code: 'studio', name: 'Studio', description: null },
      prices: [
        { provider: 'stripe', currency: 'USD', unit_amount: 2_900, billing_interval: 'month', interval_count: 1 },
      ],
    });
    expect(basic.prices[0].unit_amount).toBe(0);
    expect(team.prices.map((item: { currency: string }) => item.currency)).toEqual(['USD', 'VND']);
    expect(JSON.stringify(answer.body)).not.toMatch(/price_/);
  });
});

describe('CatalogService', () => {
  test('finds plans by prices, those sold no more too', async () => {
    const asked = ['price_pro', 'price_pro_old', 'price_legacy', 'price_unknown'];
    const found = await catalog.findPlansByPrices('stripe', asked);
    expect([...found.keys()].toSorted()).toEqual(['price_legacy', 'price_pro', 'price_pro_old']);
    const pro = await catalog.findPlanByUuid(await idOf('studio/studio-pro'));
    expect(found.get('price_pro_old')).toEqual({
      planId: pro!.id,
      planUuid: pro!.uuid,
      planCode: 'studio-pro',
      planName: 'Pro',
      packageId: pro!.package.id,
      unitAmount: 1_900,
      currency: 'USD',
      billingInterval: 'month',
      intervalCount: 1,
    });
    expect(found.get('price_pro')).toMatchObject({ planId: pro!.id, unitAmount: 2_900 });
    expect((await catalog.findPlansByPrices('stripe', [])).size).toBe(0);
  });

  test('answers of a transaction see what that transaction changed', async () => {
    const unitOfWork = application.app.get(UnitOfWork, { strict: false });
    await unitOfWork.run(async (tx) => {
      await tx.query(`UPDATE package_plans SET name = 'Renamed' WHERE code = 'studio-pro'`);
      const [inside, outside] = [
        await catalog.findPlansByPrices('stripe', ['price_pro'], tx),
        await catalog.findPlansByPrices('stripe', ['price_pro']),
      ];
      expect([inside.get('price_pro')!.planName, outside.get('price_pro')!.planName]).toEqual(['Renamed', 'Pro']);
    });
  });

  test('finds a plan by uuid with current prices only, offered or not; undefined for what is none', async () => {
    const pro = await catalog.findPlanByUuid(await idOf('studio/studio-pro'));
    expect(pro!.prices.map((item) => item.providerPriceId)).toEqual(['price_pro']);
    expect((await catalog.findPlanByUuid(await idOf('studio/studio-legacy')))!.isOffered).toBe(false);
    expect(await catalog.findPlanByUuid('0b5c6f0e-3f1c-4f4b-8a53-0a4f2f9c1d11')).toBeUndefined();
    expect(await catalog.findPlanByUuid('studio-pro')).toBeUndefined();
  });

  test('finds plans by our ids', async () => {
    const pro = await catalog.findPlanByUuid(await idOf('studio/studio-pro'));
    const found = await catalog.findPlansByIds([pro!.id, '999999']);
    expect([...found.keys()]).toEqual([pro!.id]);
    expect(found.get(pro!.id)).toMatchObject({ code: 'studio-pro', package: { code: 'studio' } });
  });

  test('lists the offers of one package', async () => {
    const pro = await catalog.findPlanByUuid(await idOf('studio/studio-pro'));
    expect(codes(await catalog.listOffered({ packageId: pro!.package.id }))).toEqual(['studio-basic', 'studio-pro']);
  });
});
