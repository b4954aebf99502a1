import { Inject, Injectable } from '@nestjs/common';
import type { DodoPayments } from 'dodopayments';
import { Agenda } from '../../clock/agenda.js';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { PublicAddress } from '../../public-address.js';
import { DodoStore } from '../objects/dodo-store.js';
import { DodoEventLog } from '../objects/event-log.js';
import { newId } from '../objects/identifiers.js';
import { toMoment } from '../objects/moments.js';
import { isEligible } from '../objects/payment-outcome.js';
import { isSettled, PaymentTaking } from '../objects/payment-taking.js';
import type { SavedMethod } from '../objects/records.js';
import type { Payment, Subscription } from '../objects/wire-types.js';
import { notFound, refused } from '../wire/dodo-error.js';
import { Recoveries } from './recoveries.js';
import { SubscriptionCharges } from './subscription-charges.js';
import { hasEnded } from './subscription-endings.js';
import type { MethodUpdate } from './subscription-records.js';

export type MethodUpdateResponse = DodoPayments.SubscriptionUpdatePaymentMethodResponse;

const PAGE_END = 'dodo.subscription.method_page_end';
const PAGE_MILLISECONDS = 24 * 3_600_000;
const NOBODY = { method: null, isPresent: true };

/** Another payment method for a subscription: one that is saved, or one that its owner enters on a page. */
@Injectable()
export class MethodUpdates {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(DodoEventLog) private readonly events: DodoEventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Agenda) private readonly agenda: Agenda,
    @Inject(PublicAddress) private readonly address: PublicAddress,
    @Inject(PaymentTaking) private readonly payments: PaymentTaking,
    @Inject(SubscriptionCharges) private readonly charges: SubscriptionCharges,
    @Inject(Recoveries) private readonly recoveries: Recoveries,
  ) {
    agenda.on(PAGE_END, (id) => this.close(store.get('method_update', id)));
  }

  /**
   * Of a subscription on hold it charges what is owed; of any other it only swaps.
   *
   * @throws 404 for a method of somebody else, 422 for one that cannot be charged without its owner
   */
  useSaved(subscription: Subscription, methodId: string): MethodUpdateResponse {
    requireLiving(subscription);
    const method = this.store.find('payment_method', methodId);
    if (method?.customer !== subscription.customer.customer_id) throw notFound('Payment method not found');
    if (!isEligible(method, subscription.currency))
      throw refused('NO_ELIGIBLE_PAYMENT_METHODS', 'No eligible payment methods found');
    const claim = this.recoveries.claimOf(subscription);
    const payment = claim ? this.recoveries.pay(subscription, claim, { method, isPresent: false }) : undefined;
    if (!claim) this.recoveries.useMethod(subscription, method.id);
    return {
      payment_id: payment?.payment_id ?? null,
      payment_link: payment?.payment_link ?? null,
      client_secret: null,
      expires_on: null,
    };
  }

  /** A page for another card; what is owed is charged when it is entered. */
  openPage(subscription: Subscription, returnUrl: string | null): MethodUpdateResponse {
    requireLiving(subscription);
    const claim = this.recoveries.claimOf(subscription);
    const payment = this.charges.open(subscription, this.recoveries.toCharge(subscription, claim, NOBODY));
    const page = this.store.insert('method_update', {
      id: newId('secret'),
      subscription: subscription.subscription_id,
      claim,
      payment: payment.payment_id,
      returnUrl,
      expiresAt: this.clock.milliseconds() + PAGE_MILLISECONDS,
    });
    payment.payment_link = `${this.address.url}/dodo/portal/card/${page.id}`;
    this.agenda.schedule(PAGE_END, page.id, page.expiresAt);
    return {
      payment_id: payment.payment_id,
      payment_link: payment.payment_link,
      client_secret: newId('secret'),
      expires_on: toMoment(page.expiresAt),
    };
  }

  /** The page behind an address while it can still be used. */
  findPage(id: string): MethodUpdate | undefined {
    const page = this.store.find('method_update', id);
    if (!page || isSettled(this.paymentOf(page)) || this.isOutdated(page)) return undefined;
    return page;
  }

  /** Pays with the card that was entered, whose bank was asked when it was kept. */
  submit(page: MethodUpdate, method: SavedMethod): Payment {
    return this.events.together(() => {
      const payment = this.paymentOf(page);
      this.payments.attempt(payment, method, true);
      this.recoveries.settle(this.store.get('subscription', page.subscription), page.claim, payment);
      return payment;
    });
  }

  private close(page: MethodUpdate): void {
    this.payments.cancel(this.paymentOf(page));
  }

  /** What the page asks for has been paid elsewhere, or the subscription has ended. */
  private isOutdated(page: MethodUpdate): boolean {
    const subscription = this.store.get('subscription', page.subscription);
    return hasEnded(subscription) || (page.claim !== null) !== (subscription.status === 'on_hold');
  }

  private paymentOf(page: MethodUpdate): Payment {
    return this.store.get('payment', page.payment);
  }
}

function requireLiving(subscription: Subscription): void {
  if (hasEnded(subscription) || subscription.status === 'pending')
    throw refused('SUBSCRIPTION_INACTIVE', 'Subscription is not active');
}
