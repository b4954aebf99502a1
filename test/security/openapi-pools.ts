import type { FullWorld } from './openapi-world.js';
import type { Operation } from './openapi.js';

/** Real values by what they are: of everything that has an id, some. */
export type Pools = Readonly<Record<string, readonly string[]>>;

const UUIDS: Readonly<Record<string, string>> = {
  apiKey: `SELECT uuid AS id FROM api_keys WHERE name = 'to be revoked'`,
  chargeAttempt: 'SELECT uuid AS id FROM charge_attempts',
  crossSell: 'SELECT uuid AS id FROM cross_sells',
  difference: 'SELECT uuid AS id FROM reconciliation_differences',
  delivery: 'SELECT uuid AS id FROM merchant_webhook_deliveries LIMIT 10',
  endpoint: 'SELECT uuid AS id FROM merchant_webhook_endpoints',
  event: 'SELECT id::text FROM webhook_events ORDER BY id LIMIT 10',
  funnel: 'SELECT uuid AS id FROM upsell_funnels',
  group: 'SELECT external_id AS id FROM groups',
  media: 'SELECT sha256 AS id FROM media_files',
  offer: 'SELECT code AS id FROM offers',
  offerUuid: 'SELECT uuid AS id FROM offers',
  package: 'SELECT code AS id FROM packages',
  plan: 'SELECT code AS id FROM package_plans',
  planQuote: 'SELECT uuid AS id FROM plan_quotes',
  planUuid: 'SELECT uuid AS id FROM package_plans',
  price: 'SELECT provider_price_id AS id FROM package_plan_prices',
  product: `SELECT code AS id FROM products ORDER BY code <> 'poster'`,
  providerCustomer: 'SELECT provider_customer_id AS id FROM user_provider_customers',
  reconciliation: 'SELECT uuid AS id FROM reconciliation_runs',
  rule: 'SELECT code AS id FROM upsell_rules',
  sale: 'SELECT uuid AS id FROM sales',
  saleItem: 'SELECT uuid AS id FROM sale_items',
  step: 'SELECT uuid AS id FROM upsell_native_offer',
  user: 'SELECT external_id AS id FROM users',
  version: 'SELECT DISTINCT number::text AS id FROM upsell_funnel_versions',
};

/** What a name means wherever it stands. */
const BY_NAME: Readonly<Record<string, string>> = {
  card_id: 'card',
  customerId: 'providerCustomer',
  difference_id: 'difference',
  endpoint_id: 'endpoint',
  funnel: 'funnel',
  group_id: 'group',
  method_id: 'card',
  number: 'version',
  offer: 'offer',
  offer_code: 'offer',
  offer_id: 'offerUuid',
  offer_uuid: 'offerUuid',
  payment_id: 'payment',
  payment_provider_customer_id: 'providerCustomer',
  planCode: 'plan',
  plan_code: 'plan',
  plan_id: 'planUuid',
  product_code: 'product',
  provider_price_id: 'price',
  quote_id: 'planQuote',
  sha256: 'media',
  step: 'step',
  userId: 'user',
  user_external_id: 'user',
  user_id: 'user',
};

/** What `id`, `code`, `externalId` and `cursor` mean, which is told by the path. */
const BY_PATH: readonly (readonly [RegExp, string])[] = [
  [/\/admin\/api-keys/, 'apiKey'],
  [/\/admin\/charge-attempts/, 'chargeAttempt'],
  [/\/admin\/funnels\/offer\//, 'offer'],
  [/\/admin\/funnels\/product\//, 'product'],
  [/\/admin\/funnels/, 'funnel'],
  [/\/admin\/offers/, 'offer'],
  [/\/admin\/packages/, 'package'],
  [/\/admin\/products/, 'product'],
  [/\/admin\/reconciliations/, 'reconciliation'],
  [/\/admin\/sale-items/, 'saleItem'],
  [/\/admin\/upsell-rules/, 'rule'],
  [/\/admin\/webhook-deliveries/, 'delivery'],
  [/\/admin\/webhook-endpoints/, 'endpoint'],
  [/\/admin\/webhook-events/, 'event'],
  [/\/cross-sell/, 'crossSell'],
  [/\/sales/, 'sale'],
  [/\/service\/groups/, 'group'],
  [/\/service\/users/, 'user'],
];
const NAMED_BY_PATH = ['id', 'code', 'externalId', 'cursor'];

/** What a parameter or field of the operation stands for; undefined where it is no id. */
export function kindOf({ path }: Pick<Operation, 'path'>, name: string): string | undefined {
  if (!NAMED_BY_PATH.includes(name)) return BY_NAME[name];
  return BY_PATH.find(([pattern]) => pattern.test(path))?.[1];
}

export async function readPools(world: FullWorld): Promise<Pools> {
  const entries = await Promise.all(
    Object.entries(UUIDS).map(async ([kind, sql]) => {
      const rows = await world.query<{ id: string }>(sql);
      return [kind, rows.map(({ id }) => id)] as const;
    }),
  );
  return {
    ...Object.fromEntries(entries),
    card: world.people.map(({ own }) => own.card),
    payment: world.people.map(({ own }) => own.payment),
  };
}
