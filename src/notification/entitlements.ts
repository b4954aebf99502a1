import { Injectable } from '@nestjs/common';
import { CatalogService } from '../catalog/index.js';
import { Clock } from '../common/clock/index.js';
import type { Tx } from '../common/database/index.js';
import { IdentityService } from '../identity/index.js';
import { EVENT_OF_STATUS, type EntitlementStatus } from './domain/entitlement.js';
import { MerchantWebhooks } from './merchant-webhooks.js';
import { EntitlementRepository, type Entitlement } from './persistence/entitlement.repository.js';

/** Statuses in which a product is the customer's: one that waits for a dispute is not sold to them again. */
const OWNING: readonly EntitlementStatus[] = ['granted', 'suspended'];

/**
 * What customers have been given for what they paid once. A source (the uuid of a sale item) gives one product at most
 * once; a change that is none is no change, and each real one is a message to the merchant in the same transaction.
 */
@Injectable()
export class Entitlements {
  constructor(
    private readonly entitlements: EntitlementRepository,
    private readonly webhooks: MerchantWebhooks,
    private readonly identity: IdentityService,
    private readonly catalog: CatalogService,
    private readonly clock: Clock,
  ) {}

  /** Gives the product. A source that has given it already gives nothing, also when that was taken back since. */
  async grant(
    tx: Tx,
    grant: { readonly userId: string; readonly productId: string; readonly source: string },
  ): Promise<void> {
    const granted = await this.entitlements.insert(tx, { ...grant, grantedAt: this.clock.now() });
    if (granted) await this.announce(tx, granted);
  }

  /** Until it is known who keeps the money. */
  suspend(tx: Tx, source: string, reason: string): Promise<void> {
    return this.move(tx, source, 'suspended', reason);
  }

  /** Takes `suspend` back. */
  restore(tx: Tx, source: string): Promise<void> {
    return this.move(tx, source, 'granted', null);
  }

  /** For ever. */
  revoke(tx: Tx, source: string, reason: string): Promise<void> {
    return this.move(tx, source, 'revoked', reason);
  }

  /** All that the user was ever given, newest first. */
  findOfUser(userId: string, tx?: Tx): Promise<readonly Entitlement[]> {
    return this.entitlements.findOfUser(userId, tx);
  }

  /** Those of the products that are the user's, suspended ones too. */
  ownedProductIds(userId: string, productIds: readonly string[], tx?: Tx): Promise<ReadonlySet<string>> {
    return this.entitlements.findProductIds(userId, productIds, OWNING, tx);
  }

  private async move(tx: Tx, source: string, to: EntitlementStatus, reason: string | null): Promise<void> {
    const moved = await this.entitlements.move(tx, source, to, reason);
    if (moved) await this.announce(tx, moved);
  }

  private async announce(tx: Tx, entitlement: Entitlement): Promise<void> {
    const { userId, productId, status } = entitlement;
    const user = await this.identity.findUserById(userId, tx);
    const product = (await this.catalog.findProductsByIds([productId], tx)).get(productId);
    if (!user || !product) throw new Error(`entitlement ${entitlement.uuid} names a user or product that is not there`);
    const accessible = await this.entitlements.findProductIds(userId, [productId], ['granted'], tx);
    const type = EVENT_OF_STATUS[status];
    await this.webhooks.publish(tx, {
      id: `${type}:${entitlement.uuid}:${entitlement.changes}`,
      type,
      occurredAt: this.clock.now(),
      data: {
        user_id: user.externalId,
        product_code: product.code,
        product_id: product.uuid,
        source: entitlement.source,
        reason: entitlement.reason,
        // Another purchase of the same product may still give it.
        has_access: accessible.has(productId),
      },
    });
  }
}
