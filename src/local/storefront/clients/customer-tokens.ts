import { SignJWT } from 'jose';

/** Long enough for one page, short enough to be worthless when it leaks. */
const LIFETIME = '60s';

/** Signs what Uplift believes of a customer: HS256, `sub` = the storefront's own id of them. Time is the machine's. */
export class CustomerTokens {
  private readonly secret: Uint8Array;

  constructor(
    secret: string,
    private readonly audience: string,
    private readonly issuer?: string,
  ) {
    this.secret = new TextEncoder().encode(secret);
  }

  sign(customerId: string): Promise<string> {
    const token = new SignJWT()
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(customerId)
      .setAudience(this.audience)
      .setIssuedAt()
      .setExpirationTime(LIFETIME);
    if (this.issuer) token.setIssuer(this.issuer);
    return token.sign(this.secret);
  }
}
