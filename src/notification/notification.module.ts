import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/index.js';
import { IdentityModule } from '../identity/index.js';
import { Entitlements } from './entitlements.js';
import { MerchantWebhooks } from './merchant-webhooks.js';
import { DeliveryRepository } from './persistence/delivery.repository.js';
import { EntitlementRepository } from './persistence/entitlement.repository.js';

@Module({
  imports: [CatalogModule, IdentityModule],
  providers: [DeliveryRepository, EntitlementRepository, Entitlements, MerchantWebhooks],
  exports: [Entitlements, MerchantWebhooks],
})
export class NotificationModule {}
