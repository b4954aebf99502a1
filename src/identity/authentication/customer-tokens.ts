import { createSecretKey } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';
import { ApplicationError } from '../../common/errors/index.js';
import { Config } from '../../config/index.js';

const CLOCK_TOLERANCE_SECONDS = 5;
const MAXIMUM_SUBJECT_LENGTH = 255;
const KEY_SET_ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];

/** What a token that can be trusted says. */
export interface CustomerToken {
  /** `sub`: the user's external id. */
  readonly subject: string;
  /** `iat`; undefined: it does not say. */
  readonly issuedAt: Date | undefined;
}

type Verify = (token: string) => Promise<JWTPayload>;

/** Verifies the tokens that the storefront gives its customers. Time is the system's, whatever the product's clock says. */
@Injectable()
export class CustomerTokens {
  private readonly logger = new Logger(CustomerTokens.name);
  private readonly verify: Verify;

  constructor(config: Config) {
    this.verify = createVerify(config.auth);
  }

  /**
   * @returns undefined when the token is not to be trusted
   * @throws ApplicationError service_unavailable when the key set cannot be read: the token may be good
   */
  async read(token: string): Promise<CustomerToken | undefined> {
    try {
      const { sub, exp, iat } = await this.verify(token);
      if (!isSubject(sub) || !Number.isFinite(exp)) return undefined; // 1e999 is infinity: it would never end
      return { subject: sub, issuedAt: iat === undefined ? undefined : new Date(iat * 1_000) };
    } catch (error) {
      if (isTokenFault(error)) {
        // Told to nobody outside; whoever integrates a storefront finds it here.
        this.logger.log({ message: 'customer token refused', reason: String(error) });
        return undefined;
      }
      throw new ApplicationError('service_unavailable', {
        detail: 'The key set that signs customer tokens cannot be read.',
        cause: error,
      });
    }
  }
}

/**
 * The algorithms are pinned by what is configured, never taken from the token: a token signed by HS256 with a public key as
 * the secret, or not signed at all, is refused before any key is looked at.
 */
function createVerify(auth: Config['auth']): Verify {
  const options: JWTVerifyOptions = {
    audience: auth.jwtAudience,
    issuer: auth.jwtIssuer,
    requiredClaims: ['exp', 'sub'],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
  };
  if (auth.jwksUrl !== undefined) {
    const keySet = createRemoteJWKSet(new URL(auth.jwksUrl));
    return async (token) => (await jwtVerify(token, keySet, { ...options, algorithms: KEY_SET_ALGORITHMS })).payload;
  }
  const secret = createSecretKey(auth.jwtSecret ?? '', 'utf8');
  return async (token) => (await jwtVerify(token, secret, { ...options, algorithms: ['HS256'] })).payload;
}

/** Everything else (the key set did not answer, or is not one) is a fault of ours or of the network, not of the token. */
const isTokenFault = (error: unknown): boolean =>
  error instanceof errors.JWTExpired ||
  error instanceof errors.JWTClaimValidationFailed ||
  error instanceof errors.JWTInvalid ||
  error instanceof errors.JWSInvalid ||
  error instanceof errors.JWSSignatureVerificationFailed ||
  error instanceof errors.JOSEAlgNotAllowed ||
  error instanceof errors.JOSENotSupported ||
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys;

/** What `users.external_id` can hold; PostgreSQL refuses the rest with an error of its own. */
const isSubject = (subject: unknown): subject is string =>
  typeof subject === 'string' &&
  subject.length > 0 &&
  subject.length <= MAXIMUM_SUBJECT_LENGTH &&
  !subject.includes('\u0000') &&
  subject.isWellFormed();
