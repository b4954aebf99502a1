import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BillingProviderRegistry, PRORATION_MODES } from '../../../src/billing-providers/index.js';
import { startApplication, type StartedApplication } from '../../support/application.js';
import { DODO_SECRETS } from '../../support/both-providers.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { adminOf, price } from '../catalog/support.js';
import { ADMIN_KEY } from '../identity/support.js';

const DODO = { ...DODO_SECRETS, DODO_PAYMENTS_BASE_URL: 'http://127.0.0.1:9' };
const NO_STRIPE = { STRIPE_SECRET_KEY: '', STRIPE_WEBHOOK_SECRET: '', STRIPE_API_URL: '' };

let database: TestDatabase;
/** Installations over one database: a merchant adds a provider, or takes one away. */
let both: StartedApplication;
let dodoAlone: StartedApplication;
let stripeAlone: StartedApplication;

beforeAll(async () => {
  database = await createTestDatabase('providers');
  both = await startApplication({ name: 'both', database, environment: DODO });
  dodoAlone = await startApplication({ name: 'dodo_alone', database, environment: { ...DODO, ...NO_STRIPE } });
  stripeAlone = await startApplication({ name: 'stripe_alone', database });
  const { putPackage, putPlan } = adminOf(both);
  await putPackage('suite');
  const dodoPrice = price('pdt_basic', { provider: 'dodo' });
  await putPlan('suite/basic', [price('price_basic'), dodoPrice], { is_offered: true, rank: 1 });
  await putPlan('suite/stripe-only', [price('price_only')], { is_offered: true, rank: 2 });
}, 60_000);
afterAll(async () => {
  for (const application of [both, dodoAlone, stripeAlone]) await application?.close();
  await database?.drop();
});

const putUser = (application: StartedApplication, id: string, link: object) =>
  application.call('PUT', `/api/v1/service/users/${id}`, {
    apiKey: ADMIN_KEY,
    body: { name: id, email: `${id}@shop.test`, ...link },
  });

describe('what can be bought', () => {
  it.each<[string, () => StartedApplication, readonly string[]]>([
    ['both providers', () => both, ['basic dodo stripe', 'stripe-only stripe']],
    ['Dodo alone', () => dodoAlone, ['basic dodo']],
    ['Stripe alone', () => stripeAlone, ['basic stripe', 'stripe-only stripe']],
  ])('is what a configured provider sells: %s', async (_name, application, expected) => {
    await putUser(application(), 'reader', {});
    const token = await application().tokenFor('reader');
    const { body } = await application().call('GET', '/api/v1/general/plans', { token });
    const lines = body.plans.map(({ code, prices }: { code: string; prices: { provider: string }[] }) =>
      [code, ...prices.map(({ provider }) => provider).toSorted()].join(' '),
    );
    expect(lines).toEqual(expected);
  });
});

describe('a customer whose provider is not named', () => {
  it.each<[string, () => StartedApplication, string]>([
    ['stripe', () => both, 'cus_of_stripe'],
    ['dodo', () => dodoAlone, 'cus_of_dodo'],
  ])('is one of the default provider: %s', async (provider, application, customerId) => {
    const answer = await putUser(application(), `user-${provider}`, { payment_provider_customer_id: customerId });
    expect(answer.body).toMatchObject({ payment_provider_customer_id: customerId });
    const rows = await database.query<{ provider: string }>(
      'SELECT provider FROM user_provider_customers WHERE provider_customer_id = $1',
      [customerId],
    );
    expect(rows).toEqual([{ provider }]);
  });

  it('is one of the other where that is named, and the mirror stays', async () => {
    const link = { payment_provider: 'dodo', payment_provider_customer_id: 'cus_other' };
    const answer = await putUser(both, 'user-other', link);
    expect(answer.body).toMatchObject({ payment_provider_customer_id: null });
  });
});

describe('a provider that is not configured', () => {
  it('starts no subscription, and says why', async () => {
    await putUser(stripeAlone, 'buyer', {});
    const members = [{ user_external_id: 'buyer', role: 'owner' }];
    await stripeAlone.call('PUT', '/api/v1/service/groups/team', {
      apiKey: ADMIN_KEY,
      body: { name: 'Team', members },
    });
    const token = await stripeAlone.tokenFor('buyer');
    const { body: plans } = await stripeAlone.call('GET', '/api/v1/general/plans', { token });
    const { status, body } = await stripeAlone.call('POST', '/api/v1/general/subscription/checkout', {
      token,
      body: {
        plan_id: plans.plans[0].id,
        provider: 'dodo',
        success_url: 'https://shop.test/done',
        cancel_url: 'https://shop.test/cart',
      },
    });
    expect([status, body.code]).toEqual([503, 'provider_not_configured']);
  });
});

describe('the registry', () => {
  const registryOf = ({ app }: StartedApplication) => app.get(BillingProviderRegistry);

  it.each<[string, () => StartedApplication, readonly string[]]>([
    ['both', () => both, ['stripe', 'dodo']],
    ['Dodo', () => dodoAlone, ['dodo']],
    ['Stripe', () => stripeAlone, ['stripe']],
  ])('has what is configured, the default first: %s', (_name, application, names) => {
    expect(
      registryOf(application())
        .all()
        .map(({ name, livemode }) => [name, livemode]),
    ).toEqual(names.map((name) => [name, false]));
  });

  it('has nothing else', () => {
    expect(registryOf(stripeAlone).find('dodo')).toBeUndefined();
    expect(() => registryOf(stripeAlone).get('dodo')).toThrow('dodo is not configured');
  });

  it('tells what each provider can do', () => {
    const alike = { scheduledChanges: true, billingPortal: true, portalSchedulesUpgrades: false, installments: [] };
    const capabilitiesOf = (name: 'stripe' | 'dodo') => registryOf(both).get(name).capabilities;
    expect(capabilitiesOf('stripe')).toEqual({
      ...alike,
      pix: ['BRL'],
      prorationModes: PRORATION_MODES,
      sellsOwnProducts: false,
      cancelsOpenPayments: true,
      repeatsCharges: true,
    });
    expect(capabilitiesOf('dodo')).toEqual({
      ...alike,
      pix: [],
      prorationModes: PRORATION_MODES,
      sellsOwnProducts: true,
      cancelsOpenPayments: false,
      repeatsCharges: false,
    });
  });
});
