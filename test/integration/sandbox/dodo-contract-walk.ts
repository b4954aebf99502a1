import { DodoPayments } from 'dodopayments';
import { charge, control, createBuyer, createPlan, createProduct, type Buyer, type DodoWorld } from './dodo-support.js';
import { breakCard, changeTo, subscribe, type Subscriber } from './dodo-subscriptions-support.js';

/** Calls every operation of Dodo's side at least once, into its refusals too, and makes it send all it can send. */
export async function walkDodo(world: DodoWorld): Promise<void> {
  const productId = await walkCatalogue(world);
  const buyer = await createBuyer(world, undefined, productId);
  await walkCustomers(world, buyer);
  await walkPayments(world, buyer, productId);
  await walkMoneyBack(world, buyer, productId);
  const [basic, pro] = await Promise.all([createPlan(world, 'Basic', 3000), createPlan(world, 'Pro', 8000)]);
  await walkPlanChanges(world, await subscribe(world, basic.product_id), basic.product_id, pro.product_id);
  await walkStates(world, pro.product_id);
  await walkEnds(world, basic.product_id);
}

async function walkCatalogue(world: DodoWorld): Promise<string> {
  const { dodo } = world;
  const { product_id: id } = await createProduct(world);
  await dodo.products.retrieve(id);
  await dodo.products.update(id, { name: 'Course, second edition' });
  await dodo.products.list({ page_number: 0 });
  const addon = await dodo.addons.create({ name: 'Seat', price: 1000, currency: 'USD', tax_category: 'saas' });
  await dodo.addons.retrieve(addon.id);
  await dodo.addons.list({ page_number: 0 });
  await expectRefusal(dodo.products.retrieve('pdt_unknown'));
  await expectRefusal(new DodoPayments({ ...optionsOf(dodo), bearerToken: 'wrong' }).products.retrieve(id));
  return id;
}

async function walkCustomers({ dodo }: DodoWorld, { customer: { customer_id: id } }: Buyer): Promise<void> {
  await dodo.customers.retrieve(id);
  await dodo.customers.update(id, { name: 'Ada Lovelace' });
  await dodo.customers.list({ page_number: 0 });
  await dodo.customers.retrievePaymentMethods(id);
  await dodo.customers.customerPortal.create(id, { return_url: 'http://shop.example/account' });
}

async function walkPayments(world: DodoWorld, buyer: Buyer, productId: string): Promise<void> {
  const { dodo } = world;
  const cart = [{ product_id: productId, quantity: 2 }];
  await dodo.checkoutSessions.preview({ product_cart: cart, billing_address: { country: 'US' } });
  const session = await charge(world, buyer, productId, { uplift_attempt: 'attempt-1' });
  await dodo.checkoutSessions.retrieve(session.session_id);
  await dodo.payments.retrieve(session.payment_id!);
  await dodo.payments.retrieveLineItems(session.payment_id!);
  await dodo.payments.list({ customer_id: buyer.customer.customer_id, page_number: 0, page_size: 100 });
  // A refused card, one that takes two days, and one whose owner does not come to the bank.
  const failing = await createBuyer(world, '4000000000000341');
  const refused = await charge(world, failing, productId);
  await dodo.payments.retrieve(refused.payment_id!);
  await charge(world, await createBuyer(world, '4000000000000077'), productId);
  await charge(world, await createBuyer(world, '4000002500003155'), productId);
  await world.sandbox.advance({ days: 2 });
  await expectRefusal(charge(world, { ...buyer, methodId: failing.methodId }, productId));
}

async function walkMoneyBack(world: DodoWorld, buyer: Buyer, productId: string): Promise<void> {
  const { dodo, sandbox } = world;
  const refund = await dodo.refunds.create({ payment_id: buyer.paymentId, reason: 'asked for' });
  await dodo.refunds.retrieve(refund.refund_id);
  await expectRefusal(dodo.refunds.create({ payment_id: buyer.paymentId }));
  const unlucky = await createBuyer(world, '4000000000005126', productId);
  await dodo.refunds.create({ payment_id: unlucky.paymentId });
  await sandbox.advance({ seconds: 3600 });
  await dodo.refunds.list({ page_number: 0 });
  for (const status of ['won', 'lost']) {
    const { paymentId } = await createBuyer(world, undefined, productId);
    const opened = await control(world, 'dodo/disputes', { payment_id: paymentId });
    const { dispute_id: id } = (await opened.json()) as { dispute_id: string };
    await dodo.disputes.retrieve(id);
    await sandbox.idle();
    await control(world, `dodo/disputes/${id}/close`, { status });
    await dodo.payments.retrieve(paymentId);
  }
  await dodo.disputes.list({ page_number: 0 });
}

async function walkPlanChanges(world: DodoWorld, subscriber: Subscriber, basic: string, pro: string): Promise<void> {
  const { dodo, sandbox } = world;
  const { id } = subscriber;
  await dodo.subscriptions.retrieve(id);
  await dodo.subscriptions.list({ page_number: 0 });
  await sandbox.advance({ days: 10 });
  for (const mode of ['prorated_immediately', 'difference_immediately', 'full_immediately', 'do_not_bill'] as const) {
    await dodo.subscriptions.previewChangePlan(id, changeTo(pro, mode));
    await dodo.subscriptions.changePlan(id, changeTo(pro, mode));
    await dodo.subscriptions.previewChangePlan(id, changeTo(basic, mode));
    await dodo.subscriptions.changePlan(id, changeTo(basic, mode));
    await dodo.subscriptions.retrieve(id);
  }
  const scheduled = changeTo(pro, 'full_immediately', { effective_at: 'next_billing_date' });
  await dodo.subscriptions.previewChangePlan(id, scheduled);
  await dodo.subscriptions.changePlan(id, scheduled);
  await dodo.subscriptions.retrieve(id);
  await expectRefusal(dodo.subscriptions.changePlan(id, scheduled));
  await dodo.subscriptions.cancelChangePlan(id);
  await expectRefusal(dodo.subscriptions.changePlan(id, changeTo('pdt_unknown')));
}

async function walkStates(world: DodoWorld, pro: string): Promise<void> {
  const { dodo, sandbox } = world;
  const subscriber = await subscribe(world, pro);
  await breakCard(world, subscriber);
  await sandbox.advance({ days: 32 });
  await dodo.subscriptions.retrieve(subscriber.id);
  await dodo.subscriptions.updatePaymentMethod(subscriber.id, { payment_method: { type: 'new' } });
  await dodo.subscriptions.updatePaymentMethod(subscriber.id, {
    payment_method: { type: 'existing', payment_method_id: subscriber.methodId },
  });
  await dodo.subscriptions.update(subscriber.id, { metadata: { group_id: 'team-7' } });
  const { items } = await dodo.customers.retrievePaymentMethods(subscriber.customer.customer_id);
  await dodo.customers.deletePaymentMethod(items.at(-1)!.payment_method_id, {
    customer_id: subscriber.customer.customer_id,
  });
  await dodo.subscriptions.update(subscriber.id, { status: 'cancelled' });
}

async function walkEnds(world: DodoWorld, basic: string): Promise<void> {
  const { dodo, sandbox } = world;
  const { product_id: short } = await dodo.products.create({
    name: 'One month',
    tax_category: 'saas',
    price: {
      type: 'recurring_price',
      price: 3000,
      currency: 'USD',
      payment_frequency_count: 1,
      payment_frequency_interval: 'Month',
      subscription_period_count: 1,
      subscription_period_interval: 'Month',
    },
  });
  const expiring = await subscribe(world, short);
  await charge(world, await createBuyer(world, '4000000000000341'), basic);
  await sandbox.advance({ days: 32 });
  await dodo.subscriptions.retrieve(expiring.id);
}

/** A call that has to fail; one that does not is a mistake of the walk. */
async function expectRefusal(call: Promise<unknown>): Promise<void> {
  const isRefused = await call.then(
    () => false,
    (error: unknown) => {
      if (error instanceof DodoPayments.APIError) return true;
      throw error;
    },
  );
  if (!isRefused) throw new Error('The sandbox should have refused this call');
}

/** What a client was made with, for another one that goes the same way. */
const optionsOf = (client: DodoPayments) => ({
  baseURL: client.baseURL,
  maxRetries: 0,
  fetch: (client as unknown as { readonly fetch: typeof fetch }).fetch,
});
