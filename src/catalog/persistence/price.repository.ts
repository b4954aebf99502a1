import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import type { PaymentProvider } from '../../identity/index.js';
import type { PlanOfPrice } from '../domain/plan.js';
import type { BillingInterval, MappedPrice, ProviderPrice } from '../domain/price.js';

interface PriceRow {
  readonly package_plan_id: string;
  readonly provider: PaymentProvider;
  readonly provider_price_id: string;
  readonly provider_product_id: string | null;
  readonly currency: string;
  readonly unit_amount: number;
  readonly billing_interval: BillingInterval;
  readonly interval_count: number;
  readonly is_current: boolean;
}

interface PlanOfPriceRow extends PriceRow {
  readonly plan_uuid: string;
  readonly plan_code: string;
  readonly plan_name: string;
  readonly package_id: string;
}

const COLUMNS = `package_plan_id, provider, provider_price_id, provider_product_id, currency, unit_amount,
  billing_interval, interval_count, is_current`;

@Injectable()
export class PriceRepository {
  constructor(private readonly database: Database) {}

  /** Prices of these plans, by provider and currency, those sold now first. */
  async findOfPlans(planIds: readonly string[], only: 'current' | 'all', tx?: Tx): Promise<MappedPrice[]> {
    const rows = await (tx ?? this.database).query<PriceRow>(
      `SELECT ${COLUMNS} FROM package_plan_prices
        WHERE package_plan_id = ANY ($1::bigint[]) AND (is_current OR $2)
        ORDER BY is_current DESC, provider, currency, id DESC`,
      [planIds, only === 'all'],
    );
    return rows.map(fromRow);
  }

  /** The plan of each price, also of prices that are sold no more; unknown prices are left out. */
  async findPlans(
    provider: PaymentProvider,
    priceIds: readonly string[],
    tx?: Tx,
  ): Promise<ReadonlyMap<string, PlanOfPrice>> {
    const rows = await (tx ?? this.database).query<PlanOfPriceRow>(
      `SELECT price.*, plan.uuid AS plan_uuid, plan.code AS plan_code, plan.name AS plan_name, plan.package_id
         FROM package_plan_prices price JOIN package_plans plan ON plan.id = price.package_plan_id
        WHERE price.provider = $1 AND price.provider_price_id = ANY ($2::text[])`,
      [provider, priceIds],
    );
    return new Map(rows.map((row) => [row.provider_price_id, toPlanOfPrice(row)]));
  }

  /** From now on exactly these, of the plan's known prices, are sold. */
  async updateCurrent(tx: Tx, planId: string, current: readonly ProviderPrice[]): Promise<void> {
    const parameters = [
      planId,
      current.map((price) => price.provider),
      current.map((price) => price.providerPriceId),
      current.map((price) => price.providerProductId),
    ];
    // Two statements: the index that allows one current price per currency is checked row by row.
    await tx.query(
      `UPDATE package_plan_prices SET is_current = false, updated_at = now()
        WHERE package_plan_id = $1 AND is_current
          AND (provider, provider_price_id) NOT IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
      parameters.slice(0, 3),
    );
    await tx.query(
      `UPDATE package_plan_prices price
          SET is_current = true, updated_at = now(),
              provider_product_id = coalesce(price.provider_product_id, listed.product_id)
         FROM unnest($2::text[], $3::text[], $4::text[]) AS listed (provider, price_id, product_id)
        WHERE price.package_plan_id = $1
          AND (price.provider, price.provider_price_id) = (listed.provider, listed.price_id)
          AND (NOT price.is_current OR (price.provider_product_id IS NULL AND listed.product_id IS NOT NULL))`,
      parameters,
    );
  }

  /**
   * Maps new prices to the plan, sold from now on. They are written in one order, so that two plans that want the same
   * prices do not wait for each other.
   *
   * @returns those that were free; another plan was quicker with the rest
   */
  async insert(tx: Tx, planId: string, prices: readonly ProviderPrice[]): Promise<MappedPrice[]> {
    const rows = await tx.query<PriceRow>(
      `INSERT INTO package_plan_prices (package_plan_id, provider, provider_price_id, provider_product_id, currency,
                                        unit_amount, billing_interval, interval_count)
       SELECT $1, listed.* FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[], $8::int[])
         AS listed (provider, price_id, product_id, currency, unit_amount, billing_interval, interval_count)
        ORDER BY listed.provider, listed.price_id
       ON CONFLICT ON CONSTRAINT package_plan_prices_provider_price_key DO NOTHING
       RETURNING ${COLUMNS}`,
      [
        planId,
        prices.map((price) => price.provider),
        prices.map((price) => price.providerPriceId),
        prices.map((price) => price.providerProductId),
        prices.map((price) => price.currency),
        prices.map((price) => price.unitAmount),
        prices.map((price) => price.billingInterval),
        prices.map((price) => price.intervalCount),
      ],
    );
    return rows.map(fromRow);
  }
}

const fromRow = (row: PriceRow): MappedPrice => ({
  planId: row.package_plan_id,
  provider: row.provider,
  providerPriceId: row.provider_price_id,
  providerProductId: row.provider_product_id,
  currency: row.currency,
  unitAmount: row.unit_amount,
  billingInterval: row.billing_interval,
  intervalCount: row.interval_count,
  isCurrent: row.is_current,
});

const toPlanOfPrice = (row: PlanOfPriceRow): PlanOfPrice => ({
  planId: row.package_plan_id,
  planUuid: row.plan_uuid,
  planCode: row.plan_code,
  planName: row.plan_name,
  packageId: row.package_id,
  unitAmount: row.unit_amount,
  currency: row.currency,
  billingInterval: row.billing_interval,
  intervalCount: row.interval_count,
});
