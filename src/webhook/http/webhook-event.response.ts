import { isUtf8 } from 'node:buffer';
import type { WebhookEventRow } from '../persistence/webhook-event.repository.js';
import type { WebhookEventDetailDto, WebhookEventDto } from './webhook-event.dto.js';

export function toResponse(row: WebhookEventRow): WebhookEventDto {
  return {
    id: row.id,
    provider: row.provider,
    provider_event_id: row.provider_event_id,
    event_type: row.event_type,
    status: row.status,
    outcome: row.outcome,
    error: row.error,
    attempts: row.attempts,
    next_attempt_at: row.next_attempt_at?.toISOString() ?? null,
    waiting_for: row.waiting_for,
    livemode: row.livemode,
    payload_bytes: row.payload_bytes,
    occurred_at: row.occurred_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    completed_at: row.completed_at?.toISOString() ?? null,
  };
}

export function toDetailResponse(row: WebhookEventRow & { readonly payload: Buffer }): WebhookEventDetailDto {
  const encoding = isUtf8(row.payload) ? 'utf8' : 'base64';
  return { ...toResponse(row), payload: row.payload.toString(encoding), payload_encoding: encoding };
}
