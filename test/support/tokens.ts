import { SignJWT } from 'jose';
import type { Config } from '../../src/config/index.js';

export interface TokenOptions {
  /** Claims beside `sub`; they win over the defaults. */
  readonly claims?: Record<string, unknown>;
  /** Another secret than the application's: a forged token. */
  readonly secret?: string;
  readonly audience?: string;
  readonly issuer?: string;
  /** Such as `5m`; a negative one, `-5m`, has expired. */
  readonly expiresIn?: string;
}

/** A customer's token as the storefront's server signs it: HS256, `sub` = the user's `external_id`. */
export async function signCustomerToken(config: Config, subject: string, options: TokenOptions = {}): Promise<string> {
  const token = new SignJWT(options.claims ?? {})
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(subject)
    .setAudience(options.audience ?? config.auth.jwtAudience)
    .setIssuedAt()
    .setExpirationTime(options.expiresIn ?? '5m');
  const issuer = options.issuer ?? config.auth.jwtIssuer;
  if (issuer) token.setIssuer(issuer);
  return token.sign(new TextEncoder().encode(options.secret ?? config.auth.jwtSecret));
}
