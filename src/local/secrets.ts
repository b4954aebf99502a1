import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Made at the first start and kept, so that a token or a webhook of yesterday still fits. */
export interface LocalSecrets {
  readonly databasePassword: string;
  readonly jwtSecret: string;
  readonly upsellTokenSecret: string;
  readonly adminApiKey: string;
  readonly stripeSecretKey: string;
  readonly stripeWebhookSecret: string;
  readonly dodoApiKey: string;
  readonly dodoWebhookSecret: string;
}

const random = (): string => randomBytes(24).toString('base64url').replaceAll(/[-_]/g, 'x');

/** Reads the secrets of `directory`, and makes those that it does not have. */
export function loadSecrets(directory: string): LocalSecrets {
  const file = join(directory, 'secrets.json');
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<LocalSecrets>) : {};
  const secrets: LocalSecrets = {
    databasePassword: random(),
    jwtSecret: random(),
    upsellTokenSecret: random(),
    adminApiKey: `upl_admin_${random()}`,
    stripeSecretKey: `sk_test_${random()}`,
    stripeWebhookSecret: `whsec_${random()}`,
    dodoApiKey: `dodo_test_${random()}`,
    // Standard Webhooks: what follows the prefix is base64, and 32 of these characters are.
    dodoWebhookSecret: `whsec_${random()}`,
    ...kept,
  };
  // Whole or not at all: half a file would lock us out of our own database.
  writeFileSync(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return secrets;
}
