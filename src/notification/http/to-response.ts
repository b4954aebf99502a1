import type { DeliveryRecord } from '../persistence/delivery-query.repository.js';
import type { WebhookEndpoint } from '../persistence/endpoint.repository.js';
import type { WebhookDeliveryDetailDto, WebhookDeliveryDto } from './webhook-delivery.dto.js';
import type { WebhookEndpointDto } from './webhook-endpoint.dto.js';

export const toEndpointResponse = (endpoint: WebhookEndpoint): WebhookEndpointDto => ({
  id: endpoint.uuid,
  url: endpoint.url,
  description: endpoint.description,
  event_types: [...endpoint.eventTypes],
  is_active: endpoint.isActive,
  previous_secret_until: toIso(endpoint.previousSecretUntil),
  created_at: endpoint.createdAt.toISOString(),
  updated_at: endpoint.updatedAt.toISOString(),
});

export const toDeliveryResponse = (delivery: DeliveryRecord): WebhookDeliveryDto => ({
  id: delivery.uuid,
  endpoint_id: delivery.endpointUuid,
  message_id: delivery.messageId,
  event_type: delivery.eventType,
  status: delivery.status,
  attempts: delivery.attempts,
  next_attempt_at: toIso(delivery.nextAttemptAt),
  response_status: delivery.responseStatus,
  error: delivery.error,
  delivered_at: toIso(delivery.deliveredAt),
  created_at: delivery.createdAt.toISOString(),
  updated_at: delivery.updatedAt.toISOString(),
});

export const toDeliveryDetailResponse = (
  delivery: DeliveryRecord & { readonly payload: string },
): WebhookDeliveryDetailDto => ({ ...toDeliveryResponse(delivery), payload: delivery.payload });

const toIso = (date: Date | null): string | null => date?.toISOString() ?? null;
