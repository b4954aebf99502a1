import type { SandboxOptions } from '../../src/sandbox/index.js';
import { testEnvironment } from './environment.js';

const secrets = testEnvironment('postgres://unused');

/** Keys and secrets of Dodo Payments that are nobody's; the sandbox and the application are told the same. */
export const DODO_SECRETS = {
  DODO_PAYMENTS_API_KEY: 'dodo_test_51Qw8Er2Ty6Ui0Op4As',
  DODO_PAYMENTS_WEBHOOK_KEY: 'whsec_Zx7Cv3Bn9Ml1Kj5Hg2FdQw8Er2Ty6Ui0',
} as const;

/** What the sandbox is told of both providers. */
export const sandboxOfBoth = (): Pick<SandboxOptions, 'stripe' | 'dodo'> => ({
  stripe: { secretKey: secrets.STRIPE_SECRET_KEY ?? '', webhookSecret: secrets.STRIPE_WEBHOOK_SECRET ?? '' },
  dodo: { apiKey: DODO_SECRETS.DODO_PAYMENTS_API_KEY, webhookSecret: DODO_SECRETS.DODO_PAYMENTS_WEBHOOK_KEY },
});

/** What an application over that sandbox is told besides `testEnvironment`. */
export const environmentOfBoth = (sandboxUrl: string): NodeJS.ProcessEnv => ({
  STRIPE_API_URL: sandboxUrl,
  ...DODO_SECRETS,
  DODO_PAYMENTS_BASE_URL: `${sandboxUrl}/dodo`,
  RECONCILIATION_PAUSE_MILLISECONDS: '0',
});

/** Tells the sandbox where the application takes the events of each provider. */
export function connectBoth(
  sandbox: { setWebhook(url: string, secret?: string, provider?: 'stripe' | 'dodo'): void },
  applicationUrl: string,
): void {
  sandbox.setWebhook(`${applicationUrl}/api/v1/admin/stripe/webhook`);
  sandbox.setWebhook(`${applicationUrl}/webhooks/dodo`, undefined, 'dodo');
}
