import { Inject, Injectable } from '@nestjs/common';
import type { Stripe } from 'stripe';
import { PaymentMethods } from '../billing/payment-methods.js';
import { EventLog } from '../objects/event-log.js';
import { StripeStore } from '../objects/stripe-store.js';
import { cardOfToken, findTestCard } from '../objects/test-cards.js';
import { paginate } from '../wire/list.js';
import {
  applyMetadata,
  fields,
  integer,
  metadata,
  oneOf,
  pagination,
  text,
  type ShapeOf,
  type ValueOf,
} from '../wire/parameters.js';
import { invalidRequest, missingParameter, StripeApiError } from '../wire/stripe-error.js';
import { operation, type Operation, type OperationSource } from './operation.js';

const card = fields({ number: text, exp_month: integer, exp_year: integer, cvc: text, token: text });
const billingDetails = fields({
  email: text,
  name: text,
  phone: text,
  address: fields({ country: text, postal_code: text }),
});
const creation = fields(
  {
    type: oneOf('card'),
    card,
    billing_details: billingDetails,
    metadata,
  } satisfies ShapeOf<Stripe.PaymentMethodCreateParams>,
  ['type'],
);
const list = fields({
  ...pagination,
  customer: text,
  type: text,
} satisfies ShapeOf<Stripe.PaymentMethodListParams>);

@Injectable()
export class PaymentMethodOperations implements OperationSource {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(PaymentMethods) private readonly methods: PaymentMethods,
  ) {}

  operations(): Operation[] {
    return [
      operation('POST', '/v1/payment_methods', creation, ({ params }) => this.create(params)),
      operation('GET', '/v1/payment_methods/:id', fields({}), ({ id }) => this.methods.resolve(id, 'id')),
      operation('POST', '/v1/payment_methods/:id', fields({ metadata }), ({ id, params }) => {
        const method = this.store.get('payment_method', id);
        this.events.change('payment_method.updated', method, () => {
          method.metadata = applyMetadata(method.metadata ?? {}, params.metadata);
        });
        return method;
      }),
      operation('POST', '/v1/payment_methods/:id/attach', fields({ customer: text }, ['customer']), ({ id, params }) =>
        this.methods.attach(this.methods.resolve(id, 'id'), this.store.get('customer', params.customer, 'customer').id),
      ),
      operation('POST', '/v1/payment_methods/:id/detach', fields({}), ({ id }) =>
        this.methods.detach(this.store.get('payment_method', id)),
      ),
      operation('GET', '/v1/payment_methods', list, ({ params }) => {
        if (!params.customer) throw missingParameter('customer');
        return this.list(params.customer, params, '/v1/payment_methods');
      }),
      operation('GET', '/v1/customers/:id/payment_methods', list, ({ id, params }) =>
        this.list(id, params, `/v1/customers/${id}/payment_methods`),
      ),
    ];
  }

  private create(params: ValueOf<typeof creation>) {
    const { number, token, exp_month: month = 12, exp_year: year } = params.card ?? {};
    if (number === undefined && token === undefined) throw missingParameter('card[number]');
    const testCard = token === undefined ? findTestCard(number!) : cardOfToken(token);
    if (!testCard)
      throw new StripeApiError(402, {
        type: 'card_error',
        code: 'incorrect_number',
        message: 'Your card number is incorrect. The sandbox knows only the published test cards.',
        param: 'card[number]',
      });
    if (month < 1 || month > 12) throw invalidRequest("Your card's expiration month is invalid.", 'card[exp_month]');
    return this.methods.create(
      testCard,
      year === undefined ? undefined : { month, year },
      applyMetadata({}, params.metadata),
    );
  }

  private list(customer: string, params: ValueOf<typeof list>, url: string) {
    this.store.get('customer', customer, 'customer');
    const methods = this.store
      .newestFirst('payment_method')
      .filter((method) => method.customer === customer && (params.type ?? 'card') === method.type);
    return paginate(methods, params, url);
  }
}
