import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClaimRepository } from '../../../src/webhook/persistence/claim.repository.js';
import { WebhookEventRepository } from '../../../src/webhook/persistence/webhook-event.repository.js';
import { ChargeAttemptQueries } from '../../../src/charging/persistence/charge-attempt.queries.js';
import { UnitOfWork, type Database, type Tx } from '../../../src/common/database/index.js';
import { DeliveryQueryRepository } from '../../../src/notification/persistence/delivery-query.repository.js';
import { SubscriptionQueryRepository } from '../../../src/subscription/persistence/subscription-query.repository.js';
import { EligibilityRepository } from '../../../src/upsell/persistence/eligibility.repository.js';
import { SaleItemRepository } from '../../../src/upsell/persistence/sale-item.repository.js';
import { SaleRepository } from '../../../src/upsell/persistence/sale.repository.js';
import { startApplication, type StartedApplication } from '../../support/application.js';

/** Tables that get rows for ever. */
const GROWING =
  /Seq Scan on (webhook_events|subscription_\w+|subscriptions|charge_attempt\w*|sales|sale_items|upsell_sessions|upsell_decisions|upsell_events|cross_sells|merchant_webhook_deliveries|users|groups|group_members|user_provider_customers)\b/;

let application: StartedApplication;

beforeAll(async () => {
  application = await startApplication({ name: 'growing_tables' });
});
afterAll(() => application?.close());

/** How the database would carry out what `work` asks, where it reads no table from end to end unless it must. */
async function plansOf(work: (database: Database & Tx) => Promise<unknown>): Promise<string> {
  return application.app.get(UnitOfWork, { strict: false }).run(async (tx) => {
    await tx.query('SET LOCAL enable_seqscan = off');
    const lines: string[] = [];
    const explaining = {
      query: async (sql: string, parameters: readonly unknown[] = []) => {
        const plan = await tx.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, parameters);
        lines.push(...plan.map((row) => row['QUERY PLAN']));
        return [];
      },
    };
    await work(explaining as unknown as Database & Tx);
    expect(lines).not.toEqual([]);
    return lines.join('\n');
  });
}

const NOW = new Date('2026-01-15T10:00:00Z');
const PAGE = { limit: 20 };

describe('what is asked while somebody waits, and again and again', () => {
  it.each<[string, (database: Database & Tx) => Promise<unknown>]>([
    ['the subscriptions of groups', (database) => new SubscriptionQueryRepository(database).findByGroups(['1'])],
    [
      'what else a customer pays for',
      (database) => new SubscriptionQueryRepository(database).findGroupsOfCustomer('stripe', 'cus_1'),
    ],
    ['the history of subscriptions', (database) => new SubscriptionQueryRepository(database).findHistory(['1'])],
    [
      'whether a plan is being bought',
      (database) => new SaleItemRepository(database).isPlanUnderWay(database, { userId: '1', groupId: '1' }, null),
    ],
    [
      'the newest visit of a customer',
      (database) =>
        new EligibilityRepository(database).findNewestVisit(
          { userId: '1', provider: 'stripe', customerId: 'cus_1' },
          true,
        ),
    ],
    ['the list of sales', (database) => new SaleRepository(database).list({}, PAGE)],
    ['the list of events', (database) => new WebhookEventRepository(database).listEvents({}, PAGE)],
    [
      'the list of failed events',
      (database) => new WebhookEventRepository(database).listEvents({ status: 'failed' }, PAGE),
    ],
    [
      'an event by its name',
      (database) => new WebhookEventRepository(database).listEvents({ provider_event_id: 'evt_1' }, PAGE),
    ],
    [
      'what waits for a price',
      (database) => new WebhookEventRepository(database).wakeWaitingEvents(database, 'price:stripe:1', NOW),
    ],
    [
      'the inbox, to be claimed',
      (database) =>
        new ClaimRepository().claimPending(
          database,
          { token: '5a0d4c5e-6bfa-4e8e-9d3e-0f2f6f3d5a11', leaseSeconds: 60 },
          { events: 200, bytes: 1_000 },
        ),
    ],
    [
      'the inbox, to be tried again',
      (database) =>
        new ClaimRepository().claimRetry(
          database,
          { token: '5a0d4c5e-6bfa-4e8e-9d3e-0f2f6f3d5a11', leaseSeconds: 60 },
          NOW,
        ),
    ],
    ['the list of attempts', (database) => new ChargeAttemptQueries(database).list({}, PAGE)],
    ['attempts that are not known', (database) => new ChargeAttemptQueries(database).findUnresolved(10)],
    ['the list of messages', (database) => new DeliveryQueryRepository(database).list({}, PAGE)],
    ['the metrics of the inbox', (database) => new WebhookEventRepository(database).loadQueueState(NOW)],
    ['the metrics of messages', (database) => new DeliveryQueryRepository(database).loadQueueState()],
    ['the metrics of attempts', (database) => new ChargeAttemptQueries(database).loadState()],
  ])('reads no growing table from end to end: %s', async (_what, ask) => {
    // A query that wants a row of its answer may fail for lack of one, once the database has told its plan.
    const plans = await plansOf((database) => ask(database).catch(() => undefined));
    expect(plans).not.toMatch(GROWING);
  });

  it('finds an event by its name in the index of names', async () => {
    const list = (database: Database) =>
      new WebhookEventRepository(database).listEvents({ provider_event_id: 'evt_1' }, PAGE);
    expect(await plansOf(list)).toMatch(/webhook_events_provider_event_key/);
  });

  it('would be found to', async () => {
    expect(
      await plansOf((database) => database.query('SELECT FROM charge_attempts WHERE currency = $1', ['BRL'])),
    ).toMatch(GROWING);
  });
});
