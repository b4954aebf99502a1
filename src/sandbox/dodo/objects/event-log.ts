import { Inject, Injectable } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { WebhookDeliverer } from '../../delivery/webhook-deliverer.js';
import { DodoWebhookTarget } from '../webhook-target.js';
import { BUSINESS_ID, newId } from './identifiers.js';
import { toMoment } from './moments.js';
import { toData, type Subject } from './payloads.js';
import type { EventPayload, EventType } from './wire-types.js';

type TypesOf<Prefix extends string> = Extract<EventType, `${Prefix}.${string}`>;

/** Creates events. What they say is rendered at each try of their delivery; only type and time belong to the event. */
@Injectable()
export class DodoEventLog {
  private moment: string | undefined;

  constructor(
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(WebhookDeliverer) private readonly deliverer: WebhookDeliverer,
    @Inject(DodoWebhookTarget) target: DodoWebhookTarget,
  ) {
    deliverer.register('dodo', target);
  }

  payment(type: TypesOf<'payment'>, object: Extract<Subject, { kind: 'Payment' }>['object']): void {
    this.emit(type, { kind: 'Payment', object });
  }

  subscription(type: TypesOf<'subscription'>, object: Extract<Subject, { kind: 'Subscription' }>['object']): void {
    this.emit(type, { kind: 'Subscription', object });
  }

  refund(type: TypesOf<'refund'>, object: Extract<Subject, { kind: 'Refund' }>['object']): void {
    this.emit(type, { kind: 'Refund', object });
  }

  dispute(type: TypesOf<'dispute'>, object: Extract<Subject, { kind: 'Dispute' }>['object']): void {
    this.emit(type, { kind: 'Dispute', object });
  }

  /** What is emitted inside has one timestamp to the microsecond, as siblings have at Dodo. Nested calls join. */
  together<Result>(work: () => Result): Result {
    if (this.moment !== undefined) return work();
    this.moment = toMoment(this.clock.milliseconds());
    try {
      return work();
    } finally {
      this.moment = undefined;
    }
  }

  private emit(type: EventType, subject: Subject): void {
    const event: EventPayload = {
      business_id: BUSINESS_ID,
      type,
      timestamp: this.moment ?? toMoment(this.clock.milliseconds()),
      data: toData(subject),
    };
    this.deliverer.enqueue('dodo', { id: newId('event'), type, body: JSON.stringify(event) });
  }
}
