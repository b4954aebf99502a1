import { Inject, Injectable } from '@nestjs/common';
import type { Stripe } from 'stripe';
import { StripeStore } from '../objects/stripe-store.js';
import { paginate } from '../wire/list.js';
import { fields, flag, isInRange, listOf, pagination, range, text, type ShapeOf } from '../wire/parameters.js';
import { operation, type Operation, type OperationSource } from './operation.js';

const list = fields({
  ...pagination,
  type: text,
  types: listOf(text),
  created: range,
  delivery_success: flag,
} satisfies ShapeOf<Stripe.EventListParams>);

/** `customer.*` means every type that begins with `customer.`. */
const isOfType = (type: string, wanted: string): boolean =>
  wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;

@Injectable()
export class EventOperations implements OperationSource {
  constructor(@Inject(StripeStore) private readonly store: StripeStore) {}

  operations(): Operation[] {
    return [
      operation('GET', '/v1/events/:id', fields({}), ({ id }) => this.store.get('event', id)),
      operation('GET', '/v1/events', list, ({ params }) => {
        const wanted = params.types ?? (params.type === undefined ? undefined : [params.type]);
        const events = this.store
          .newestFirst('event')
          .filter(
            (event) =>
              (wanted?.some((type) => isOfType(event.type, type)) ?? true) && isInRange(event.created, params.created),
          );
        return paginate(events, params, '/v1/events');
      }),
    ];
  }
}
