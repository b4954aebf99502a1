import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** Bytes of a secret: as many as the digest has that it signs with. */
const SECRET_BYTES = 32;

export const createSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

/**
 * Headers that prove who sent a body and when (Standard Webhooks). While a secret is rotated both sign.
 *
 * @param sentAt by the system's clock: receivers refuse what is older than some minutes
 */
export function signMessage(
  message: { readonly id: string; readonly payload: string },
  secrets: readonly string[],
  sentAt: Date,
): Record<string, string> {
  const signatures = secrets.map((secret) => new Webhook(secret).sign(message.id, sentAt, message.payload));
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1_000)),
    'webhook-signature': signatures.join(' '),
  };
}
