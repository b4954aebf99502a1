import type { MatrixCustomer } from '../e2e/matrix-customer.js';
import type { MatrixWorld } from '../e2e/matrix-world.js';
import { done, type Visit } from '../e2e/upsell-shop.js';

/** A customer with everything that a customer can have, and the ids by which it is asked for. */
export interface Person {
  readonly customer: MatrixCustomer;
  readonly visit: Visit;
  /** The storefront's token. */
  readonly token: string;
  /** Values by what they are; each is theirs alone. */
  readonly own: {
    readonly user: string;
    readonly group: string;
    readonly providerCustomer: string;
    readonly card: string;
    readonly planQuote: string;
    readonly crossSell: string;
    readonly sale: string;
    readonly step: string;
    /** What they are offered now, which anybody may be. */
    readonly offerUuid: string;
    readonly payment: string;
    /** Of what they are offered. */
    readonly terms: string;
  };
}

/** Subscribes, plans a change, buys at the checkout and beside it, and stands in the funnel before an offer. */
export async function settlePerson(world: MatrixWorld): Promise<Person> {
  const customer = await world.customer();
  await customer.subscribe('starter');
  const payment = await customer.buy('kit');
  const crossSell = await done(customer.crossSell('poster'));
  await world.settle();
  await done(customer.schedule('pro'));
  const { quote_id: planQuote } = await done(customer.preview('basic'));
  const visit = await customer.arrive('kit');
  await visit.see();
  await world.settle();
  const { step } = await visit.view();
  const { providers } = await done(customer.call('GET', '/payment-methods'));
  const usage = { usage: { seats: 3 } };
  await done(world.shop.service('PUT', `groups/${customer.groupId}/usage`, usage));
  const moment = { user_id: customer.id, trigger: 'usage_milestone', key: `hundred-of-${customer.id}`, value: 90 };
  await done(world.shop.service('POST', 'upsell-triggers', moment));
  const card = providers.flatMap(({ methods }: { methods: { id: string }[] }) => methods)[0].id;
  return {
    customer,
    visit,
    token: await world.application.tokenFor(customer.id, { expiresIn: '1h' }),
    own: {
      user: customer.id,
      group: customer.groupId,
      providerCustomer: customer.customerId,
      card,
      planQuote,
      crossSell: crossSell.id,
      sale: visit.saleId,
      step: step.id,
      offerUuid: step.offers[0].offer_uuid,
      payment,
      terms: step.offers[0].terms,
    },
  };
}
