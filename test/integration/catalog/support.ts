import type { StartedApplication } from '../../support/application.js';
import type { Answer } from '../../support/http.js';
import { ADMIN_KEY } from '../identity/support.js';

export const PACKAGES = '/api/v1/admin/packages';

/** The body of a price: 29 US dollars a month, unless told otherwise. */
export const price = (providerPriceId: string, changes: object = {}) => ({
  provider: 'stripe',
  provider_price_id: providerPriceId,
  currency: 'USD',
  unit_amount: 2_900,
  billing_interval: 'month',
  ...changes,
});

/** The same price as the API shows it to administrators. */
export const shownPrice = (providerPriceId: string, changes: object = {}) => ({
  ...price(providerPriceId),
  provider_product_id: null,
  interval_count: 1,
  is_current: true,
  ...changes,
});

export const adminOf = (application: StartedApplication) => ({
  putPackage: (code: string, body: object = {}): Promise<Answer> =>
    application.call('PUT', `${PACKAGES}/${code}`, { apiKey: ADMIN_KEY, body: { name: `Package ${code}`, ...body } }),
  /** `path`: `package/plan` */
  putPlan: (path: string, prices: readonly object[], body: object = {}): Promise<Answer> =>
    application.call('PUT', `${PACKAGES}/${path.replace('/', '/plans/')}`, {
      apiKey: ADMIN_KEY,
      body: { name: `Plan ${path}`, prices, ...body },
    }),
  list: async () => (await application.call('GET', PACKAGES, { apiKey: ADMIN_KEY })).body,
  readPlan: async (path: string) => {
    const [code, planCode] = path.split('/');
    const packages = (await application.call('GET', PACKAGES, { apiKey: ADMIN_KEY })).body;
    const plans = packages.find((item: { code: string }) => item.code === code)?.plans ?? [];
    return plans.find((plan: { code: string }) => plan.code === planCode);
  },
});
