import type { EventEmitter } from 'node:events';
import type { DataSourceOptions } from 'typeorm';
import * as migrations from '../migrations/index.js';
import {
  CatalogRevisionEntity,
  MediaFileEntity,
  OfferEntity,
  OfferProviderPriceEntity,
  PackageEntity,
  PackagePlanEntity,
  PackagePlanPriceEntity,
  ProductEntity,
} from './catalog/index.js';
import { IdempotentRequestEntity } from './common/idempotency/index.js';
import { JobWorkerEntity } from './common/jobs/index.js';
import { ChargeAttemptEntity, ChargeAttemptMoveEntity } from './charging/index.js';
import {
  ApiKeyEntity,
  GroupEntity,
  GroupMemberEntity,
  UserEntity,
  UserProviderCustomerEntity,
} from './identity/index.js';
import { EntitlementEntity, WebhookDeliveryEntity, WebhookEndpointEntity } from './notification/index.js';
import { InvariantCheckEntity } from './operations/index.js';
import {
  ReconciliationDifferenceEntity,
  ReconciliationRunEntity,
  ReconciliationSightingEntity,
} from './reconciliation/index.js';
import {
  GroupUsageEntity,
  PlanChangeRequestEntity,
  PlanQuoteEntity,
  SubscriptionEntity,
  SubscriptionFactEntity,
  SubscriptionHistoryEntity,
  SubscriptionStreamEntity,
} from './subscription/index.js';
import {
  CrossSellEntity,
  OffersUpsellNativeEntity,
  SaleEntity,
  SaleItemEntity,
  UpsellDecisionEntity,
  UpsellEventEntity,
  UpsellFunnelEntity,
  UpsellFunnelVersionEntity,
  UpsellNativeOfferEntity,
  UpsellNativeProductEntity,
  UpsellRuleEntity,
  UpsellSessionEntity,
  UpsellSwitchEntity,
  UpsellTriggerEntity,
} from './upsell/index.js';
import { WebhookEventEntity } from './webhook/index.js';

const CONNECT_MILLISECONDS = 5_000;

/**
 * Between the pool's handing a connection out and TypeORM's taking it nobody hears what happens to it, and an `error` that
 * nobody hears ends the process. Nothing is lost by hearing it here: the next statement on the connection says the same.
 */
const outliveLoss = (client: EventEmitter): void => void client.on('error', () => undefined);

/** Every table's entity, from the modules that own them. */
const entities: NonNullable<DataSourceOptions['entities']> = [
  IdempotentRequestEntity,
  JobWorkerEntity,
  ApiKeyEntity,
  GroupEntity,
  GroupMemberEntity,
  UserEntity,
  UserProviderCustomerEntity,
  CatalogRevisionEntity,
  PackageEntity,
  PackagePlanEntity,
  PackagePlanPriceEntity,
  MediaFileEntity,
  ProductEntity,
  OfferEntity,
  OfferProviderPriceEntity,
  EntitlementEntity,
  WebhookDeliveryEntity,
  WebhookEndpointEntity,
  ChargeAttemptEntity,
  ChargeAttemptMoveEntity,
  GroupUsageEntity,
  PlanChangeRequestEntity,
  PlanQuoteEntity,
  SubscriptionEntity,
  SubscriptionFactEntity,
  SubscriptionHistoryEntity,
  SubscriptionStreamEntity,
  UpsellFunnelEntity,
  UpsellFunnelVersionEntity,
  UpsellSwitchEntity,
  UpsellNativeOfferEntity,
  UpsellNativeProductEntity,
  OffersUpsellNativeEntity,
  SaleEntity,
  SaleItemEntity,
  UpsellDecisionEntity,
  UpsellEventEntity,
  UpsellSessionEntity,
  UpsellRuleEntity,
  UpsellTriggerEntity,
  CrossSellEntity,
  WebhookEventEntity,
  InvariantCheckEntity,
  ReconciliationRunEntity,
  ReconciliationDifferenceEntity,
  ReconciliationSightingEntity,
];

/**
 * How this service connects to PostgreSQL. The schema comes from migrations alone, never from `synchronize`.
 *
 * @param url `postgres://` URL
 * @param poolSize connections at most
 * @param statementMilliseconds a statement is cancelled after this time; 0 for no limit
 */
export function dataSourceOptions(
  url: string,
  poolSize = 10,
  statementMilliseconds = 30_000,
): DataSourceOptions & { type: 'postgres' } {
  return {
    type: 'postgres',
    url,
    entities,
    migrations: Object.values(migrations),
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    uuidExtension: 'pgcrypto', // the server's own gen_random_uuid()
    logging: false,
    applicationName: 'uplift',
    poolSize,
    connectTimeoutMS: CONNECT_MILLISECONDS,
    extra: {
      statement_timeout: statementMilliseconds,
      // A process that hangs inside a transaction must not hold its row locks for ever.
      idle_in_transaction_session_timeout: 60_000,
      onConnect: outliveLoss,
    },
  };
}
