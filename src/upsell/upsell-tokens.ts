import { createSecretKey, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { errors, jwtVerify, SignJWT } from 'jose';
import { Config } from '../config/index.js';

const AUDIENCE = 'uplift-upsell';
const ALGORITHM = 'HS256';
const LIFETIME_SECONDS = 24 * 3_600;
const CLOCK_TOLERANCE_SECONDS = 5;

/** What a token opens, and to whom it was given. */
export interface NewTicket {
  /** The main item of the sale. */
  readonly saleItemUuid: string;
  readonly userExternalId: string;
}

/** As it is shown by whoever has it. */
export interface UpsellTicket extends NewTicket {
  readonly issuedAt: Date;
}

/**
 * The key to one sale's upsell and thank-you pages. It stands in the fragment of a URL, which browsers send to nobody, and is
 * never stored or logged. Time is the system's, whatever the product's clock says.
 */
@Injectable()
export class UpsellTokens {
  /** A key object, which jose imports once; bytes it would import for each token. */
  private readonly secret: KeyObject;

  constructor(config: Config) {
    this.secret = createSecretKey(config.upsell.tokenSecret, 'utf8');
  }

  sign(ticket: NewTicket): Promise<string> {
    return new SignJWT({ usr: ticket.userExternalId })
      .setProtectedHeader({ alg: ALGORITHM })
      .setSubject(ticket.saleItemUuid)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(`${LIFETIME_SECONDS}s`)
      .sign(this.secret);
  }

  /** @returns undefined when the token is not to be trusted */
  async read(token: string): Promise<UpsellTicket | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.secret, {
        audience: AUDIENCE,
        algorithms: [ALGORITHM],
        requiredClaims: ['exp', 'iat', 'sub', 'usr'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      const { sub, usr, iat } = payload;
      if (sub === undefined || !isUUID(sub) || typeof usr !== 'string' || iat === undefined) return undefined;
      return { saleItemUuid: sub, userExternalId: usr, issuedAt: new Date(iat * 1_000) };
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}
