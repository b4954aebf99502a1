export { strongestByProduct } from './domain/entitlement.js';
export type { MerchantEventType } from './domain/merchant-event.js';
export { Entitlements } from './entitlements.js';
export { MerchantWebhooks } from './merchant-webhooks.js';
export { NotificationModule } from './notification.module.js';
export { EntitlementEntity } from './persistence/entitlement.entity.js';
export type { Entitlement } from './persistence/entitlement.repository.js';
export { WebhookDeliveryEntity } from './persistence/webhook-delivery.entity.js';
export { WebhookEndpointEntity } from './persistence/webhook-endpoint.entity.js';
