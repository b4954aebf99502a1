import { Inject, Injectable } from '@nestjs/common';
import { Stripe } from 'stripe';
import type { DeliveryEndpoint } from '../delivery/delivery.types.js';
import { SANDBOX_OPTIONS, type ResolvedOptions } from '../options.js';
import { newId } from './objects/identifiers.js';

/** Where signed events go, and how they are signed. Both can change while the sandbox runs. */
@Injectable()
export class WebhookTarget implements DeliveryEndpoint {
  private address: string | undefined;
  private secret: string;

  constructor(@Inject(SANDBOX_OPTIONS) options: ResolvedOptions) {
    this.address = options.stripe.webhookUrl;
    this.secret = options.stripe.webhookSecret;
  }

  set(url: string | undefined, secret?: string): void {
    this.address = url;
    if (secret !== undefined) this.secret = secret;
  }

  url(): string | undefined {
    return this.address;
  }

  /** The time of a signature is the machine's, not the virtual one: receivers compare it with their own clock. */
  headers({ body }: { readonly body: string }): Record<string, string> {
    return {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      'stripe-signature': Stripe.webhooks.generateTestHeaderString({
        payload: body,
        secret: this.secret,
        timestamp: Math.floor(Date.now() / 1000),
      }),
    };
  }

  reissue(body: string): { readonly id: string; readonly body: string } {
    const id = newId('event');
    return { id, body: JSON.stringify({ ...(JSON.parse(body) as object), id }, null, 2) };
  }
}
