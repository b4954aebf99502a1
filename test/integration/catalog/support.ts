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

/** The smallest beginnings of files that are told apart by their bytes. */
export const PICTURES = {
  png: Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'),
  jpeg: Buffer.from('\xff\xd8\xff\xe0\0\x10JFIF', 'latin1'),
  webp: Buffer.from('RIFF\x24\0\0\0WEBPVP8 ', 'latin1'),
  avif: Buffer.from('\0\0\0\x1cftypavif\0\0\0\0mif1avifmiaf', 'latin1'),
};

/** Products, offers and pictures by the API of administrators. */
export const shopOf = (application: StartedApplication) => {
  const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
    application.call(method, `/api/v1/admin/${path}`, { apiKey: ADMIN_KEY, body });
  return {
    call,
    putProduct: (code: string, body: object = {}) =>
      call('PUT', `products/${code}`, { name: `Product ${code}`, ...body }),
    /** An offer of 97 reais, unless told otherwise. */
    putOffer: (code: string, body: object = {}) =>
      call('PUT', `offers/${code}`, { name: `Offer ${code}`, currency: 'BRL', unit_amount: 9_700, ...body }),
    upload: (bytes: Uint8Array) => call('POST', 'media', bytes),
  };
};
