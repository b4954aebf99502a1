import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { UnitOfWork } from '../../../src/common/database/index.js';
import { MerchantWebhooks, type MerchantEventType } from '../../../src/notification/index.js';
import type { StartedApplication } from '../../support/application.js';
import type { Answer } from '../../support/http.js';
import { eventually } from '../../support/eventually.js';
import { ADMIN_KEY } from '../identity/support.js';
import type { Received } from './receiver.js';

export const ENDPOINTS = '/api/v1/admin/webhook-endpoints';
export const DELIVERIES = '/api/v1/admin/webhook-deliveries';

export interface Endpoint {
  readonly id: string;
  readonly secret: string;
}

export const admin = (application: StartedApplication, method: string, path: string, body?: object): Promise<Answer> =>
  application.call(method, path, { apiKey: ADMIN_KEY, body });

export async function addEndpoint(application: StartedApplication, url: string, body: object = {}): Promise<Endpoint> {
  const answer = await admin(application, 'POST', ENDPOINTS, { url, ...body });
  if (answer.status !== 201) throw new Error(`no endpoint: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export interface Published {
  readonly id?: string;
  readonly type?: MerchantEventType;
  readonly data?: object;
}

/** Publishes a message as a module does. @returns its id */
export async function publish(application: StartedApplication, message: Published = {}): Promise<string> {
  const { type = 'upsell.paid', data = { amount: 4_900, currency: 'BRL' } } = message;
  const id = message.id ?? `${type}:${randomUUID()}`;
  const webhooks = application.app.get(MerchantWebhooks);
  const occurredAt = application.clock.now();
  await application.app.get(UnitOfWork).run((tx) => webhooks.publish(tx, { id, type, occurredAt, data }));
  return id;
}

export interface Delivery {
  readonly id: string;
  readonly endpoint_id: string;
  readonly message_id: string;
  readonly event_type: string;
  readonly status: string;
  readonly attempts: number;
  readonly next_attempt_at: string | null;
  readonly response_status: number | null;
  readonly error: string | null;
  readonly delivered_at: string | null;
}

/** All deliveries, the oldest first, as admins see them. */
export async function deliveriesOf(application: StartedApplication, query = ''): Promise<Delivery[]> {
  const { body } = await admin(application, 'GET', `${DELIVERIES}?limit=100${query}`);
  return body.items.toReversed();
}

export async function deliveryOf(application: StartedApplication, messageId: string): Promise<Delivery> {
  const found = (await deliveriesOf(application)).filter((delivery) => delivery.message_id === messageId);
  if (found.length !== 1) throw new Error(`${found.length} deliveries of ${messageId}`);
  return found[0]!;
}

/** The delivery of a message, as soon as `expected` holds of it. */
export const eventuallyDelivery = (
  application: StartedApplication,
  messageId: string,
  expected: Partial<Delivery>,
): Promise<Delivery> =>
  eventually(async () => {
    const delivery = await deliveryOf(application, messageId);
    expect(delivery).toMatchObject(expected);
    return delivery;
  });

/** What waits for its next try is due now. The jobs that wait with it would be looked at within two seconds: this is sooner. */
export async function hasten(application: StartedApplication): Promise<void> {
  await application.database.query(
    `WITH due AS (UPDATE merchant_webhook_deliveries SET next_attempt_at = now() WHERE status = 'pending'
                  RETURNING endpoint_id)
     SELECT graphile_worker.add_job('notification.deliver', json_build_object('endpointId', endpoint_id))
     FROM (SELECT DISTINCT endpoint_id FROM due) AS endpoints`,
  );
}

/** What the library of Standard Webhooks makes of a message. @throws when the signature does not hold */
export const verify = (secret: string, { body, headers }: Received): unknown =>
  new Webhook(secret).verify(body, headers as Record<string, string>);
