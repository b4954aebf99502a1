import type { StartedApplication } from '../../support/application.js';
import type { Answer } from '../../support/http.js';
import { adminOf, price, shopOf } from '../catalog/support.js';
import { ADMIN_KEY } from '../identity/support.js';

export const FUNNELS = '/api/v1/admin/funnels';

const TEXTS = { vi: { headline: 'Thêm một món nữa?' } };

/** A step as it is put: one click, unless told otherwise. */
export const step = (offers: readonly string[], changes: object = {}) => ({
  kind: 'one_click',
  offers,
  texts: TEXTS,
  ...changes,
});

/** Funnels by the API of administrators, and a small catalogue to offer from. */
export const funnelsOf = (application: StartedApplication) => {
  const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
    application.call(method, `${FUNNELS}${path}`, { apiKey: ADMIN_KEY, body });
  const post = (id: string, action: string, body: object = {}) => call('POST', `/${id}/${action}`, body);
  return {
    call,
    get: (path: string) => call('GET', `/${path}`),
    /** `path`: `offer/<code>` or `product/<code>` */
    put: (path: string, steps: readonly object[]) => call('PUT', `/${path}`, { steps }),
    publish: (id: string, body: object = {}) => post(id, 'publish', body),
    rollBack: (id: string, version: unknown) => post(id, 'rollback', { version }),
    kill: (id: string) => post(id, 'kill'),
    revive: (id: string) => post(id, 'revive'),
    /** Everything is killed, or what is not killed itself runs again. */
    putSwitch: (isKilled: unknown) =>
      application.call('PUT', '/api/v1/admin/upsell-switch', { apiKey: ADMIN_KEY, body: { is_killed: isKilled } }),
    getSwitch: () => application.call('GET', '/api/v1/admin/upsell-switch', { apiKey: ADMIN_KEY }),
  };
};

/** Offers in reais: `camera` is what is bought, the others are what can be offered. */
export async function fillCatalogue(application: StartedApplication): Promise<void> {
  const shop = shopOf(application);
  for (const code of ['camera', 'lens', 'bag', 'course', 'tripod']) {
    await shop.putProduct(code);
    await shop.putOffer(code, { product_code: code, allowed_methods: ['card'] });
  }
  await shop.putOffer('camera-outlet', { product_code: 'camera', allowed_methods: ['card'] });
  await shop.putProduct('strap');
  await shop.putOffer('strap-pix', { product_code: 'strap', allowed_methods: ['card', 'pix'] });
  await shop.putOffer('strap-usd', { product_code: 'strap', allowed_methods: ['card'], currency: 'USD' });
  const admin = adminOf(application);
  await admin.putPackage('studio');
  await admin.putPlan('studio/pro', [price('price_pro_brl', { currency: 'BRL' })]);
  await shop.putOffer('pro', { plan_code: 'pro', allowed_methods: ['card'], currency: null, unit_amount: null });
}

/** Our ids of offers and products by code. */
export async function readIds(application: StartedApplication, table: 'offers' | 'products') {
  const rows = await application.database.query<{ code: string; id: string }>(`SELECT code, id FROM ${table}`);
  return Object.fromEntries(rows.map(({ code, id }) => [code, id]));
}

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly example?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** The body that Swagger UI fills in: examples, and the bare name of the type where there is none. */
export function toExample(document: Answer['body'], schema: Schema): unknown {
  if (schema.example !== undefined) return schema.example;
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  if (reference !== undefined) return toExample(document, document.components.schemas[reference.split('/').at(-1)!]);
  if (schema.items) return [toExample(document, schema.items)];
  if (!schema.properties) return schema.type;
  const members = Object.entries(schema.properties);
  return Object.fromEntries(members.map(([name, member]) => [name, toExample(document, member)]));
}
