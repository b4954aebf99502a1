import { Inject, Injectable } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { EventLog } from '../objects/event-log.js';
import { newId } from '../objects/identifiers.js';
import { mergeFeatures, toConfiguration } from '../objects/portal-objects.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { PortalConfiguration, PortalSession } from '../objects/wire-types.js';
import { PortalSessions } from '../pages/portal-sessions.js';
import { paginate } from '../wire/list.js';
import { applyMetadata, fields, type ValueOf } from '../wire/parameters.js';
import { invalidRequest, missingParameter } from '../wire/stripe-error.js';
import { operation, type Operation, type OperationSource } from './operation.js';
import * as parameters from './portal.parameters.js';

const MAXIMUM_PRODUCTS = 10;
type Creation = ValueOf<typeof parameters.configurationCreation>;

@Injectable()
export class PortalOperations implements OperationSource {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(PortalSessions) private readonly sessions: PortalSessions,
  ) {}

  operations(): Operation[] {
    const path = '/v1/billing_portal/configurations';
    const get = (id: string): PortalConfiguration => this.store.get('billing_portal.configuration', id);
    return [
      operation('POST', path, parameters.configurationCreation, ({ params }) => this.create(params)),
      operation('GET', `${path}/:id`, fields({}), ({ id }) => get(id)),
      operation('POST', `${path}/:id`, parameters.configurationUpdate, ({ id, params }) =>
        this.update(get(id), params),
      ),
      operation('GET', path, parameters.configurationList, ({ params }) => {
        const configurations = this.store
          .newestFirst('billing_portal.configuration')
          .filter(
            ({ active, is_default: isDefault }) =>
              active === (params.active ?? active) && isDefault === (params.is_default ?? isDefault),
          );
        return paginate(configurations, params, path);
      }),
      operation('POST', '/v1/billing_portal/sessions', parameters.sessionCreation, ({ params }) =>
        this.createSession(params),
      ),
    ];
  }

  private create(params: Creation): PortalConfiguration {
    this.requireProducts(params.features);
    const configuration = toConfiguration({
      id: newId('portal_configuration'),
      now: this.clock.seconds(),
      features: mergeFeatures(undefined, params.features),
      isDefault: false,
      returnUrl: params.default_return_url ?? null,
      headline: params.business_profile?.headline ?? null,
      metadata: applyMetadata({}, params.metadata),
      name: params.name ?? null,
    });
    this.store.insert('billing_portal.configuration', configuration);
    this.events.emit('billing_portal.configuration.created', configuration);
    return configuration;
  }

  private update(
    configuration: PortalConfiguration,
    params: ValueOf<typeof parameters.configurationUpdate>,
  ): PortalConfiguration {
    if (params.features) this.requireProducts(params.features);
    this.events.change('billing_portal.configuration.updated', configuration, () => {
      if (params.features) configuration.features = mergeFeatures(configuration.features, params.features);
      if (params.active !== undefined) configuration.active = params.active;
      if (params.default_return_url !== undefined) configuration.default_return_url = params.default_return_url;
      if (params.name !== undefined) configuration.name = params.name;
      if (params.business_profile) Object.assign(configuration.business_profile, params.business_profile);
      configuration.metadata = applyMetadata(configuration.metadata ?? {}, params.metadata);
      configuration.updated = this.clock.seconds();
    });
    return configuration;
  }

  private requireProducts(features: Creation['features']): void {
    const products = features.subscription_update?.products ?? [];
    const param = 'features[subscription_update][products]';
    if (products.length > MAXIMUM_PRODUCTS)
      throw invalidRequest(`You can have at most ${MAXIMUM_PRODUCTS} products.`, param);
    for (const [index, { product, prices }] of products.entries()) {
      this.store.get('product', product, `${param}[${index}][product]`);
      const intervals = prices.map((id) => {
        const price = this.store.get('price', id, `${param}[${index}][prices]`);
        if (price.product !== product)
          throw invalidRequest(`The price ${id} does not belong to the product ${product}.`, param);
        return `${price.recurring?.interval} ${price.recurring?.interval_count}`;
      });
      if (new Set(intervals).size < intervals.length)
        throw invalidRequest('Prices of one product must have different billing intervals.', param);
    }
  }

  private createSession(params: ValueOf<typeof parameters.sessionCreation>): PortalSession {
    if (!params.customer) throw missingParameter('customer');
    this.store.get('customer', params.customer, 'customer');
    return this.sessions.create({
      customer: params.customer,
      configuration: params.configuration,
      returnUrl: params.return_url,
      locale: params.locale,
      flow: params.flow_data ? this.toFlow(params.flow_data, params.customer) : null,
    });
  }

  private toFlow(
    flow: NonNullable<ValueOf<typeof parameters.sessionCreation>['flow_data']>,
    customer: string,
  ): NonNullable<PortalSession['flow']> {
    const details = flow.subscription_update ?? flow.subscription_update_confirm ?? flow.subscription_cancel;
    if (flow.type !== 'payment_method_update') {
      if (!details) throw missingParameter(`flow_data[${flow.type}]`);
      const subscription = this.store.get(
        'subscription',
        details.subscription,
        `flow_data[${flow.type}][subscription]`,
      );
      if (subscription.customer !== customer)
        throw invalidRequest(
          'The subscription does not belong to the customer.',
          `flow_data[${flow.type}][subscription]`,
        );
    }
    const confirm = flow.subscription_update_confirm;
    const { after_completion: after } = flow;
    return {
      after_completion: {
        hosted_confirmation: after?.hosted_confirmation
          ? { custom_message: after.hosted_confirmation.custom_message ?? null }
          : null,
        redirect: after?.redirect ?? null,
        type: after?.type ?? 'portal_homepage',
      },
      customer_update: null,
      subscription_cancel: flow.subscription_cancel ? { ...flow.subscription_cancel, retention: null } : null,
      subscription_pause: null,
      subscription_update: flow.subscription_update ?? null,
      subscription_update_confirm: confirm
        ? {
            discounts: null,
            items: confirm.items.map(({ id, price = null, quantity }) => ({
              id,
              price,
              ...(quantity === undefined ? {} : { quantity }),
            })),
            subscription: confirm.subscription,
          }
        : null,
      type: flow.type,
    };
  }
}
