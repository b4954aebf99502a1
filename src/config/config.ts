import { EnvironmentReader } from './environment-reader.js';
import { readProviders, type ConfiguredProvider, type DodoSettings, type StripeSettings } from './provider-settings.js';

export type ProcessRole = 'all' | 'api' | 'worker';
export const LANGUAGES = ['vi', 'pt-BR', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
/** Times a minute. */
const RATE = { minimum: 1, maximum: 1_000_000 };

/** Everything that can be set, read once at start. Injected as a class, so that it is one token and one type. */
export class Config {
  readonly role: ProcessRole;
  readonly logLevel: string;
  readonly defaultLanguage: Language;
  readonly http: {
    readonly port: number;
    readonly host: string;
    /** Public base URL of this service, no trailing slash. */
    readonly appUrl: string;
    /** Origins that a `return_url` may have. */
    readonly allowedReturnOrigins: readonly string[];
    /** Whether Swagger UI and `openapi.json` are served to everyone who can reach the port. */
    readonly openDocumentation: boolean;
    /** Believe `X-Forwarded-*` of these addresses (Fastify's trustProxy). */
    readonly trustedProxies: readonly string[];
    /** Origins whose pages may call the API that is for customers, from their browsers. */
    readonly corsOrigins: readonly string[];
  };
  readonly shutdown: {
    /** From the signal to stop until no more connections are taken: load balancers need it to notice. */
    readonly delaySeconds: number;
    /** How long what is under way is waited for after that. */
    readonly drainSeconds: number;
  };
  readonly database: { readonly url: string; readonly poolSize: number };
  readonly auth: {
    /** HS256 secret shared with the storefront's server; absent when `jwksUrl` is used. */
    readonly jwtSecret?: string;
    /** Key set of the storefront's identity provider (RS256, ES256 or EdDSA). */
    readonly jwksUrl?: string;
    readonly jwtAudience: string;
    readonly jwtIssuer?: string;
    /** First API key, with every scope. */
    readonly adminApiKey: string;
  };
  /** How often within a minute, in each process. */
  readonly rateLimits: {
    /** One customer tries to pay. */
    readonly charges: number;
    /** One customer makes a provider be called otherwise. */
    readonly providerCalls: number;
    /** The holder of one API key does either, for all customers together. */
    readonly server: number;
    /** One address shows tokens or keys that are refused. */
    readonly failedCredentials: number;
  };
  /** At least one of the providers is there. */
  readonly stripe?: StripeSettings;
  readonly dodo?: DodoSettings;
  /** Where a new subscription or sale starts whose caller names no provider. */
  readonly defaultProvider: ConfiguredProvider;
  readonly subscription: {
    /** Days of access after a paid period ends without a new payment. */
    readonly graceDays: number;
    /** Whether `past_due` keeps access within the grace. */
    readonly pastDueKeepsAccess: boolean;
  };
  readonly upsell: {
    /** Signs the tokens of upsell sessions (HS256). */
    readonly tokenSecret: string;
    /** How long a customer may go through a funnel, from the sale on. */
    readonly sessionMinutes: number;
    /** How long a Pix code can be paid. */
    readonly pixMinutes: number;
    /** Origins that an external step may lead to. */
    readonly externalOrigins: readonly string[];
  };
  readonly merchantWebhooks: {
    /** Whether messages may go to addresses of private networks, and by http. */
    readonly allowPrivateAddresses: boolean;
  };
  readonly webhook: {
    /** Claims that one process works on side by side; each takes a connection of the pool while it works. */
    readonly parallelClaims: number;
    /** Events per claim at most. */
    readonly batchSize: number;
  };
  readonly retention: {
    /** How long what is done with is kept. Providers deliver events again for up to 30 days. */
    readonly days: number;
  };
  readonly reconciliation: {
    /** Between two calls of a run to its provider. */
    readonly pauseMilliseconds: number;
  };
  /** `GET` answers `{ "now": ISO 8601 }`; product time follows it. Refused in production. */
  readonly clockUrl?: string;

  private constructor(values: Config) {
    Object.assign(this, values);
  }

  /**
   * Reads and checks all variables (see `.env.example`).
   *
   * @throws ConfigurationError naming every problem at once
   */
  static fromEnvironment(environment: NodeJS.ProcessEnv): Config {
    const read = new EnvironmentReader(environment);
    const jwksUrl = read.optionalUrl('JWKS_URL');
    const port = read.integer('PORT', { fallback: 3000, minimum: 0, maximum: 65_535 });
    const values: Config = {
      role: read.oneOf('PROCESS_ROLE', ['all', 'api', 'worker'], 'all'),
      logLevel: read.oneOf('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
      defaultLanguage: read.oneOf('DEFAULT_LANGUAGE', LANGUAGES, 'vi'),
      http: {
        port,
        host: read.text('HOST', read.production ? '0.0.0.0' : '127.0.0.1'),
        appUrl: read.url('APP_URL', read.production ? undefined : `http://127.0.0.1:${port}`),
        allowedReturnOrigins: read.origins('ALLOWED_RETURN_ORIGINS'),
        openDocumentation: read.boolean('OPEN_DOCUMENTATION', !read.production),
        trustedProxies: read.list('TRUSTED_PROXIES'),
        corsOrigins: read.optionalOrigins('CORS_ORIGINS'),
      },
      shutdown: {
        delaySeconds: read.integer('SHUTDOWN_DELAY_SECONDS', {
          fallback: read.production ? 5 : 0,
          minimum: 0,
          maximum: 120,
        }),
        drainSeconds: read.integer('SHUTDOWN_DRAIN_SECONDS', { fallback: 15, minimum: 1, maximum: 300 }),
      },
      database: {
        url: read.databaseUrl('DATABASE_URL'),
        poolSize: read.integer('DATABASE_POOL_SIZE', { fallback: 10, minimum: 2, maximum: 200 }),
      },
      auth: {
        jwtSecret: jwksUrl ? undefined : read.secret('JWT_SECRET', { minimumLength: 32 }),
        jwksUrl,
        jwtAudience: read.text('JWT_AUDIENCE', 'uplift'),
        jwtIssuer: read.optionalText('JWT_ISSUER'),
        adminApiKey: read.secret('ADMIN_API_KEY', { minimumLength: 24 }),
      },
      rateLimits: {
        charges: read.integer('RATE_LIMIT_CHARGES', { fallback: 20, ...RATE }),
        providerCalls: read.integer('RATE_LIMIT_PROVIDER_CALLS', { fallback: 120, ...RATE }),
        server: read.integer('RATE_LIMIT_SERVER', { fallback: 6_000, ...RATE }),
        failedCredentials: read.integer('RATE_LIMIT_FAILED_CREDENTIALS', { fallback: 60, ...RATE }),
      },
      ...readProviders(read),
      subscription: {
        graceDays: read.integer('ENTITLEMENT_GRACE_DAYS', { fallback: 3, minimum: 0, maximum: 60 }),
        pastDueKeepsAccess: read.boolean('PAST_DUE_KEEPS_ACCESS', true),
      },
      upsell: {
        tokenSecret: read.secret('UPSELL_TOKEN_SECRET', { minimumLength: 32 }),
        sessionMinutes: read.integer('UPSELL_SESSION_MINUTES', { fallback: 60, minimum: 5, maximum: 1_440 }),
        pixMinutes: read.integer('UPSELL_PIX_MINUTES', { fallback: 60, minimum: 5, maximum: 1_440 }),
        externalOrigins: read.optionalOrigins('UPSELL_EXTERNAL_ORIGINS'),
      },
      merchantWebhooks: {
        allowPrivateAddresses: read.boolean('MERCHANT_WEBHOOKS_TO_PRIVATE_ADDRESSES', !read.production),
      },
      webhook: {
        parallelClaims: read.integer('WEBHOOK_PARALLEL_CLAIMS', { fallback: 2, minimum: 1, maximum: 20 }),
        batchSize: read.integer('WEBHOOK_BATCH_SIZE', { fallback: 200, minimum: 1, maximum: 1_000 }),
      },
      retention: { days: read.integer('RETENTION_DAYS', { fallback: 90, minimum: 35, maximum: 3_650 }) },
      reconciliation: {
        pauseMilliseconds: read.integer('RECONCILIATION_PAUSE_MILLISECONDS', {
          fallback: 500,
          minimum: 0,
          maximum: 60_000,
        }),
      },
      clockUrl: read.developmentOnlyUrl('CLOCK_URL'),
    };
    read.checkEncrypted('APP_URL', values.http.appUrl, { remote: false });
    if (jwksUrl && environment.JWT_SECRET) read.problem('JWT_SECRET', 'and JWKS_URL exclude each other: set one');
    read.throwIfAnyProblem();
    return new Config(values);
  }
}
