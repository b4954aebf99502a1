import { createHmac, randomUUID } from 'node:crypto';
import { InboxWorker } from '../../../src/webhook/index.js';
import type { Answer } from '../../support/http.js';
import type { StartedApplication } from '../../support/application.js';
import { stripeOf } from '../../support/settings.js';

export const WEBHOOK_PATH = '/api/v1/admin/stripe/webhook';

export const newEventId = (): string => `evt_${randomUUID().replaceAll('-', '')}`;

/** A Stripe event of a type that nobody acts on. */
export const unsupportedEvent = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: newEventId(),
  object: 'event',
  type: 'product.created',
  created: 1_767_225_600,
  livemode: false,
  data: { object: { id: 'prod_1', object: 'product' } },
  ...fields,
});

export interface SignOptions {
  readonly secret?: string;
  /** Seconds since 1970. */
  readonly timestamp?: number;
}

/**
 * Stripe's scheme, written down from its documentation: HMAC-SHA256 of `{timestamp}.{body}`
 * (docs.stripe.com/webhooks).
 */
export function signatureOf(application: StartedApplication, body: Buffer, options: SignOptions = {}): string {
  const secret = options.secret ?? stripeOf(application.config).webhookSecrets[0] ?? '';
  const timestamp = options.timestamp ?? Math.floor(Date.now() / 1_000);
  const digest = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
  return `t=${timestamp},v1=${digest}`;
}

/** Delivers a signed event; an object goes as its JSON. */
export async function deliver(
  application: StartedApplication,
  event: Record<string, unknown> | Buffer,
  options: SignOptions = {},
): Promise<Answer> {
  const body = Buffer.isBuffer(event) ? event : Buffer.from(JSON.stringify(event));
  return application.call('POST', WEBHOOK_PATH, {
    body: new Uint8Array(body),
    headers: { 'content-type': 'application/json', 'stripe-signature': signatureOf(application, body, options) },
  });
}

export interface EventRow {
  readonly id: string;
  readonly provider_event_id: string;
  readonly event_type: string;
  readonly payload: Buffer;
  readonly status: string;
  readonly outcome: string | null;
  readonly error: string | null;
  readonly attempts: number;
  readonly next_attempt_at: Date | null;
  readonly claim_token: string | null;
  readonly waiting_for: string | null;
  readonly occurred_at: Date | null;
  readonly completed_at: Date | null;
}

export const allEvents = (application: StartedApplication): Promise<EventRow[]> =>
  application.database.query<EventRow>('SELECT * FROM webhook_events ORDER BY id');

export async function eventOf(application: StartedApplication, eventId: string): Promise<EventRow> {
  const [row] = await application.database.query<EventRow>(
    'SELECT * FROM webhook_events WHERE provider_event_id = $1',
    [eventId],
  );
  if (!row) throw new Error(`there is no event ${eventId}`);
  return row;
}

/** Settles everything that is due, in the test's time. */
export const drain = (application: StartedApplication): Promise<void> => application.app.get(InboxWorker).drain();

/**
 * Makes the database refuse to complete one event, as a constraint would that its facts violate: any transaction that
 * tries fails as a whole.
 */
export async function poison(application: StartedApplication, eventId: string): Promise<void> {
  await application.database.query(`
    CREATE OR REPLACE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'secret detail of %', NEW.provider_event_id USING ERRCODE = '23514', CONSTRAINT = 'poison_check';
    END $$`);
  await application.database.query(`
    CREATE TRIGGER poison_${eventId.toLowerCase()} BEFORE UPDATE ON webhook_events FOR EACH ROW
      WHEN (NEW.provider_event_id = '${eventId}' AND NEW.status = 'completed') EXECUTE FUNCTION refuse_poison()`);
}

export async function cure(application: StartedApplication, eventId: string): Promise<void> {
  await application.database.query(`DROP TRIGGER poison_${eventId.toLowerCase()} ON webhook_events`);
}
