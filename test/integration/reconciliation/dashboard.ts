import type { GoodsCode, MatrixWorld } from '../../e2e/matrix-world.js';
import { DODO_SECRETS } from '../../support/both-providers.js';
import { dodoClient } from '../../support/dodo-client.js';
import { testEnvironment } from '../../support/environment.js';
import { stripeClient } from '../../support/stripe-client.js';

/** What happens in the provider's dashboard, without Uplift. */
export class Dashboard {
  constructor(private readonly world: MatrixWorld) {}

  private get isStripe(): boolean {
    return this.world.side.id === 'stripe';
  }

  private get stripe() {
    return stripeClient(this.world.sandbox.url, testEnvironment('').STRIPE_SECRET_KEY ?? '');
  }

  private get dodo() {
    return dodoClient(this.world.sandbox, DODO_SECRETS.DODO_PAYMENTS_API_KEY);
  }

  async endNow(subscriptionId: string): Promise<void> {
    if (this.isStripe) await this.stripe.subscriptions.cancel(subscriptionId);
    else await this.dodo.subscriptions.update(subscriptionId, { status: 'cancelled' });
  }

  /** @param isEnding whether it ends with its period, or goes on */
  async endWithPeriod(subscriptionId: string, isEnding: boolean): Promise<void> {
    if (this.isStripe) await this.stripe.subscriptions.update(subscriptionId, { cancel_at_period_end: isEnding });
    else await this.dodo.subscriptions.update(subscriptionId, { cancel_at_next_billing_date: isEnding });
  }

  /** Has a customer subscribe to something that need not be a plan here. @param pay what the customer does on a page */
  async subscribe(customerId: string, priceId: string, pay: (url: string) => Promise<void>): Promise<void> {
    if (this.isStripe) {
      const card = await this.stripe.paymentMethods.attach('pm_card_visa', { customer: customerId });
      const items = [{ price: priceId }];
      await this.stripe.subscriptions.create({ customer: customerId, items, default_payment_method: card.id });
      return;
    }
    const { url } = await this.world.side.openCheckout({ customerId, priceId, metadata: {} });
    await pay(url);
  }

  /** Charges the customer's card for something, with these labels. @returns the payment's id */
  async charge(
    customerId: string,
    { goods, metadata, pay }: { goods: GoodsCode; metadata: Record<string, string>; pay(url: string): Promise<void> },
  ): Promise<string> {
    const { side, prices } = this.world;
    const { checkoutId, url } = await side.openCheckout({ customerId, priceId: prices[goods], metadata });
    await pay(url);
    return side.paymentOf(checkoutId);
  }

  /** Gives a payment back in full. */
  async refund(paymentId: string): Promise<void> {
    if (this.isStripe) await this.stripe.refunds.create({ payment_intent: paymentId });
    else await this.dodo.refunds.create({ payment_id: paymentId });
  }

  async dispute(paymentId: string): Promise<void> {
    const body = this.isStripe ? { payment_intent: paymentId } : { payment_id: paymentId };
    const answer = await fetch(`${this.world.sandbox.url}/sandbox/${this.world.side.id}/disputes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`the dispute was answered with ${answer.status}`);
  }

  /** Schedules a change as the merchant's support does. */
  async schedule(subscriptionId: string, priceId: string): Promise<void> {
    if (!this.isStripe) {
      const quantity = 1;
      const change = { product_id: priceId, quantity, proration_billing_mode: 'full_immediately' } as const;
      await this.dodo.subscriptions.changePlan(subscriptionId, { ...change, effective_at: 'next_billing_date' });
      return;
    }
    const schedule = await this.stripe.subscriptionSchedules.create({ from_subscription: subscriptionId });
    const [phase] = schedule.phases;
    const [item] = phase?.items ?? [];
    await this.stripe.subscriptionSchedules.update(schedule.id, {
      phases: [
        {
          start_date: phase?.start_date,
          end_date: phase?.end_date,
          items: [{ price: item?.price as string, quantity: 1 }],
        },
        { items: [{ price: priceId, quantity: 1 }] },
      ],
    });
  }

  async switchNow(subscriptionId: string, priceId: string): Promise<void> {
    if (this.isStripe) {
      const { items } = await this.stripe.subscriptions.retrieve(subscriptionId);
      const update = { items: [{ id: items.data[0]?.id, price: priceId }], proration_behavior: 'none' } as const;
      await this.stripe.subscriptions.update(subscriptionId, update as never);
      return;
    }
    const change = { product_id: priceId, quantity: 1, proration_billing_mode: 'do_not_bill' } as const;
    await this.dodo.subscriptions.changePlan(subscriptionId, change);
  }
}
