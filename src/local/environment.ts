import type { DemoTarget } from './demo-data/index.js';
import type { LocalPorts } from './ports.js';
import type { LocalSecrets } from './secrets.js';

/** What this start brings because the environment does not name it. */
export interface Missing {
  readonly database: boolean;
  /** No account at any payment provider is named: the sandbox stands for all of them, with its clock and the demo storefront. */
  readonly provider: boolean;
}

/** Whoever names one of these brings their own account, and has no use for a sandbox. */
const PROVIDER_VARIABLES = ['STRIPE_SECRET_KEY', 'STRIPE_API_URL', 'DODO_PAYMENTS_API_KEY', 'DODO_PAYMENTS_BASE_URL'];

export const computeMissing = (environment: NodeJS.ProcessEnv): Missing => ({
  database: !environment.DATABASE_URL,
  provider: PROVIDER_VARIABLES.every((name) => !environment[name]),
});

export interface LocalUrls {
  readonly application: string;
  readonly storefront: string;
  /** Of the embedded database. */
  readonly database?: string;
  readonly databaseFiles?: string;
  readonly sandbox?: string;
}

export const computeUrls = (ports: LocalPorts): { application: string; storefront: string } => ({
  application: `http://127.0.0.1:${ports.application}`,
  storefront: `http://127.0.0.1:${ports.storefront}`,
});

/** The application's environment: what the user set stands; the rest is filled in. */
export function computeApplicationEnvironment(
  environment: NodeJS.ProcessEnv,
  { ports, secrets, urls }: { ports: LocalPorts; secrets: LocalSecrets; urls: LocalUrls },
): NodeJS.ProcessEnv {
  const localhost = urls.storefront.replace('127.0.0.1', 'localhost');
  const filled: NodeJS.ProcessEnv = {
    ...(urls.database ? { DATABASE_URL: urls.database } : {}),
    ...(environment.JWKS_URL ? {} : { JWT_SECRET: secrets.jwtSecret }),
    UPSELL_TOKEN_SECRET: secrets.upsellTokenSecret,
    ADMIN_API_KEY: secrets.adminApiKey,
    APP_URL: urls.application,
    ALLOWED_RETURN_ORIGINS: `${urls.storefront},${localhost},${urls.application}`,
    ...(urls.sandbox
      ? {
          STRIPE_SECRET_KEY: secrets.stripeSecretKey,
          STRIPE_WEBHOOK_SECRET: secrets.stripeWebhookSecret,
          STRIPE_API_URL: urls.sandbox,
          DODO_PAYMENTS_API_KEY: secrets.dodoApiKey,
          DODO_PAYMENTS_WEBHOOK_KEY: secrets.dodoWebhookSecret,
          DODO_PAYMENTS_BASE_URL: `${urls.sandbox}/dodo`,
          CLOCK_URL: `${urls.sandbox}/sandbox/clock`,
        }
      : {}),
  };
  const given = Object.entries(environment).filter(([, value]) => value !== '');
  return { ...filled, ...Object.fromEntries(given), PORT: String(ports.application) };
}

export const computeSandboxEnvironment = (
  environment: NodeJS.ProcessEnv,
  { ports, secrets, urls, stateFile }: { ports: LocalPorts; secrets: LocalSecrets; urls: LocalUrls; stateFile: string },
): NodeJS.ProcessEnv => ({
  ...environment,
  SANDBOX_PORT: String(ports.sandbox),
  SANDBOX_STATE_FILE: stateFile,
  SANDBOX_WEBHOOK_URL: `${urls.application}/api/v1/admin/stripe/webhook`,
  STRIPE_SECRET_KEY: secrets.stripeSecretKey,
  STRIPE_WEBHOOK_SECRET: environment.STRIPE_WEBHOOK_SECRET || secrets.stripeWebhookSecret,
  SANDBOX_DODO_WEBHOOK_URL: `${urls.application}/webhooks/dodo`,
  DODO_PAYMENTS_API_KEY: secrets.dodoApiKey,
  DODO_PAYMENTS_WEBHOOK_KEY: environment.DODO_PAYMENTS_WEBHOOK_KEY || secrets.dodoWebhookSecret,
});

export const computeStorefrontEnvironment = (
  application: NodeJS.ProcessEnv,
  { ports, urls }: { ports: LocalPorts; urls: LocalUrls },
): NodeJS.ProcessEnv => ({
  ...application,
  STOREFRONT_PORT: String(ports.storefront),
  UPLIFT_URL: urls.application,
  SERVICE_API_KEY: application.ADMIN_API_KEY,
  SANDBOX_URL: urls.sandbox,
});

export const computeDemoTarget = (application: NodeJS.ProcessEnv, urls: LocalUrls): DemoTarget => ({
  upliftUrl: urls.application,
  sandboxUrl: urls.sandbox ?? '',
  adminApiKey: application.ADMIN_API_KEY ?? '',
  stripeSecretKey: application.STRIPE_SECRET_KEY ?? '',
  dodoApiKey: application.DODO_PAYMENTS_API_KEY ?? '',
});
