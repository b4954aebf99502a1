import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/index.js';
import { IdentityModule } from '../identity/index.js';
import { Entitlements } from './entitlements.js';
import { WebhookDeliveryController } from './http/webhook-delivery.controller.js';
import { WebhookEndpointController } from './http/webhook-endpoint.controller.js';
import { DeliveredMessages } from './jobs/delivered-messages.js';
import { DeliverySweep } from './jobs/delivery-sweep.js';
import { DeliveryWorker } from './jobs/delivery-worker.js';
import { MerchantWebhooks } from './merchant-webhooks.js';
import { NotificationMetrics } from './notification-metrics.js';
import { DeliveryQueryRepository } from './persistence/delivery-query.repository.js';
import { DeliveryRepository } from './persistence/delivery.repository.js';
import { EndpointRepository } from './persistence/endpoint.repository.js';
import { EntitlementRepository } from './persistence/entitlement.repository.js';
import { NotificationInvariants } from './persistence/invariants.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';

@Module({
  imports: [CatalogModule, IdentityModule],
  controllers: [WebhookEndpointController, WebhookDeliveryController],
  providers: [
    DeliveredMessages,
    DeliveryQueryRepository,
    DeliveryRepository,
    DeliverySweep,
    DeliveryWorker,
    EndpointRepository,
    EntitlementRepository,
    Entitlements,
    MerchantWebhooks,
    NotificationInvariants,
    NotificationMetrics,
    WebhookDeliveriesService,
    WebhookEndpointsService,
  ],
  exports: [Entitlements, MerchantWebhooks],
})
export class NotificationModule {}
