import { Inject, Injectable } from '@nestjs/common';
import { Stripe } from 'stripe';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { WebhookDeliverer } from '../../delivery/webhook-deliverer.js';
import { WebhookTarget } from '../webhook-target.js';
import { newId } from './identifiers.js';
import { computePreviousAttributes } from './previous-attributes.js';
import { RequestContext } from './request-context.js';
import { StripeStore } from './stripe-store.js';
import type { EventType, StripeEvent } from './wire-types.js';

export const API_VERSION = Stripe.API_VERSION;

type Snapshot = { readonly object: string };

/** Creates events. The object is rendered at creation: a later change does not reach an event that exists. */
@Injectable()
export class EventLog {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(WebhookDeliverer) private readonly deliverer: WebhookDeliverer,
    @Inject(WebhookTarget) private readonly target: WebhookTarget,
    @Inject(RequestContext) private readonly context: RequestContext,
  ) {
    deliverer.register('stripe', target);
  }

  emit(type: EventType, object: Snapshot, previous?: Record<string, unknown>): void {
    const event: StripeEvent = {
      id: newId('event'),
      object: 'event',
      api_version: API_VERSION,
      created: this.clock.seconds(),
      data: {
        object: structuredClone(object) as unknown as Record<string, unknown>,
        ...(previous ? { previous_attributes: structuredClone(previous) } : {}),
      },
      livemode: false,
      pending_webhooks: this.target.url() ? 1 : 0,
      request: this.context.forEvent(),
      type,
    };
    this.store.insert('event', event);
    this.deliverer.enqueue('stripe', { id: event.id, type, body: JSON.stringify(event, null, 2) });
  }

  /** Changes the object and emits `type` with what was there before; a change of nothing emits nothing. */
  change<Changed extends Snapshot>(type: EventType, object: Changed, mutate: (object: Changed) => void): void {
    const before = structuredClone(object);
    mutate(object);
    const previous = computePreviousAttributes(
      before as unknown as Record<string, unknown>,
      object as unknown as Record<string, unknown>,
    );
    if (previous) this.emit(type, object, previous);
  }
}
