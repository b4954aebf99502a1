import { Inject, Injectable } from '@nestjs/common';
import { Webhook } from 'standardwebhooks';
import type { DeliveryEndpoint } from '../delivery/delivery.types.js';
import { SANDBOX_OPTIONS, type ResolvedOptions } from '../options.js';
import { newId } from './objects/identifiers.js';
import { DodoStore } from './objects/dodo-store.js';
import { findSubject } from './objects/payloads.js';
import type { EventPayload } from './objects/wire-types.js';

/** Where signed events go, and how they are signed (Standard Webhooks). Both can change while the sandbox runs. */
@Injectable()
export class DodoWebhookTarget implements DeliveryEndpoint {
  private address: string | undefined;
  /** Comma-separated while a secret is rotated: every try then carries a signature by each. */
  private secret: string;

  constructor(
    @Inject(SANDBOX_OPTIONS) options: ResolvedOptions,
    @Inject(DodoStore) private readonly store: DodoStore,
  ) {
    this.address = options.dodo.webhookUrl;
    this.secret = options.dodo.webhookSecret;
  }

  set(url: string | undefined, secret?: string): void {
    this.address = url;
    if (secret !== undefined) this.secret = secret;
  }

  url(): string | undefined {
    return this.address;
  }

  /** The time of a signature is the machine's, not the virtual one: receivers compare it with their own clock. */
  headers({ id, body }: { readonly id: string; readonly body: string }): Record<string, string> {
    const now = new Date();
    const signatures = this.secret.split(',').map((secret) => new Webhook(secret.trim()).sign(id, now, body));
    return {
      'content-type': 'application/json',
      'user-agent': 'DodoPayments/1.0 (Webhooks)',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': signatures.join(' '),
    };
  }

  /** A payload is the latest state at the time of the try, whatever the event says that happened. */
  refresh(body: string): string {
    const event = JSON.parse(body) as EventPayload;
    const data = findSubject(this.store, event.data);
    return data ? JSON.stringify({ ...event, data }) : body;
  }

  /** The id of an event is in the header alone. */
  reissue(body: string): { readonly id: string; readonly body: string } {
    return { id: newId('event'), body };
  }
}
