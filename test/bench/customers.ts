import type { BenchDatabase } from './database.js';

/** The plan that all subscriptions are of. */
export async function addPlan(database: BenchDatabase): Promise<void> {
  await database.query(`
    WITH package AS (INSERT INTO packages (code, name) VALUES ('bench', 'Bench') RETURNING id),
    plan AS (INSERT INTO package_plans (package_id, code, name) SELECT id, 'bench', 'Bench' FROM package RETURNING id)
    INSERT INTO package_plan_prices
      (package_plan_id, provider, provider_price_id, currency, unit_amount, billing_interval)
    SELECT id, 'stripe', 'price_bench', 'USD', 900, 'month' FROM plan`);
}

/** Users `user-N` with a customer `cus_N` and a group of their own, for every N from `first` to `last`. */
export async function addCustomers(database: BenchDatabase, first: number, last: number): Promise<void> {
  await database.query(
    `WITH made AS (
       INSERT INTO users (external_id, name, email)
       SELECT 'user-' || number, 'User', 'user' || number || '@shop.test'
         FROM generate_series($1::int, $2::int) AS number
       RETURNING id, external_id
     ), linked AS (
       INSERT INTO user_provider_customers (user_id, provider, provider_customer_id)
       SELECT id, 'stripe', replace(external_id, 'user-', 'cus_') FROM made
     ), grouped AS (
       INSERT INTO groups (external_id, name) SELECT external_id, 'Group' FROM made RETURNING id, external_id
     )
     INSERT INTO group_members (group_id, user_id, role)
     SELECT grouped.id, made.id, 'owner' FROM grouped JOIN made USING (external_id)`,
    [first, last],
  );
}
