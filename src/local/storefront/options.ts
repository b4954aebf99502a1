export interface StorefrontOptions {
  /** 0: any free port. Loopback only. */
  readonly port?: number;
  /** Base URL of Uplift. A function where Uplift starts later, because it must know the storefront's origin first. */
  readonly upliftUrl: string | (() => string);
  /** HS256 secret that is shared with Uplift: the storefront signs its customers' tokens itself. */
  readonly jwtSecret: string;
  readonly jwtAudience?: string;
  readonly jwtIssuer?: string;
  /** API key with scope `service`: the storefront's server makes its users and groups known. */
  readonly serviceApiKey: string;
  /** API key with scope `admin`; without it the page does not show webhook events. */
  readonly adminApiKey?: string;
  /** Base URL of the provider sandbox, whose clock the time machine moves. */
  readonly sandboxUrl: string;
  /** The shop's own key at Stripe: it sells by a checkout of its own. */
  readonly stripeSecretKey: string;
  /** The same at Dodo Payments, whose API the sandbox has under /dodo. */
  readonly dodoApiKey: string;
}

export const DEFAULT_PORT = 3020;

export class OptionsError extends Error {}

/** @throws OptionsError naming every variable that is missing or wrong; values are never printed */
export function readOptions(environment: NodeJS.ProcessEnv): StorefrontOptions {
  const problems: string[] = [];
  const text = (name: string): string => {
    const value = environment[name]?.trim() ?? '';
    if (value === '') problems.push(`${name} is missing`);
    return value;
  };
  const url = (name: string): string => {
    const value = text(name).replace(/\/+$/, '');
    if (value !== '' && !/^https?:\/\//.test(value)) problems.push(`${name} must be an http(s) URL`);
    return value;
  };
  const port = Number(environment['STOREFRONT_PORT']?.trim() || DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) problems.push('STOREFRONT_PORT must be 0 to 65535');
  const options: StorefrontOptions = {
    port,
    upliftUrl: url('UPLIFT_URL'),
    jwtSecret: text('JWT_SECRET'),
    jwtAudience: environment['JWT_AUDIENCE']?.trim() || 'uplift',
    jwtIssuer: environment['JWT_ISSUER']?.trim() || undefined,
    serviceApiKey: text('SERVICE_API_KEY'),
    adminApiKey: environment['ADMIN_API_KEY']?.trim() || undefined,
    sandboxUrl: url('SANDBOX_URL'),
    stripeSecretKey: text('STRIPE_SECRET_KEY'),
    dodoApiKey: text('DODO_PAYMENTS_API_KEY'),
  };
  if (problems.length > 0) throw new OptionsError(`The storefront cannot start: ${problems.join(', ')}.`);
  return options;
}
