import { Injectable } from '@nestjs/common';
import { Config } from '../config/index.js';
import { UpsellTokens, type NewTicket } from './upsell-tokens.js';

/** Where a page stands on this service, without the token that opens it. */
export const upsellPath = (offerUuid: string): string => `/upsell-native?offer=${offerUuid}`;
export const thankYouPath = (offerUuid: string): string => `/thank-you?offer=${offerUuid}`;

/** Addresses of the two pages, each with a fresh token: bearer credentials, never stored beyond the command that needs them. */
@Injectable()
export class UpsellLinks {
  constructor(
    private readonly config: Config,
    private readonly tokens: UpsellTokens,
  ) {}

  /** @param offerUuid what was bought */
  async make(offerUuid: string, ticket: NewTicket): Promise<{ upsell: string; thankYou: string }> {
    const base = this.config.http.appUrl;
    const token = await this.tokens.sign(ticket);
    return {
      upsell: `${base}${upsellPath(offerUuid)}#token=${token}`,
      thankYou: `${base}${thankYouPath(offerUuid)}#token=${token}`,
    };
  }
}
