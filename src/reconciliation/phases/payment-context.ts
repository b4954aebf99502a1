import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { FoundPayment, MoneyFact, ProviderName } from '../../billing-providers/index.js';
import { CatalogService } from '../../catalog/index.js';
import { ChargingService, type ChargeAttempt } from '../../charging/index.js';
import { IdentityService } from '../../identity/index.js';
import { SubscriptionReconciliation } from '../../subscription/index.js';
import { MoneyEvents, type KnownPayment } from '../../upsell/index.js';
import { compareFound } from '../domain/compare-payment.js';
import type { FoundDifference } from '../domain/difference.js';

/** What we know of the payments of a page. */
export interface KnownPayments {
  attemptOf(fact: MoneyFact): ChargeAttempt | undefined;
  itemOf(paymentId: string | null): KnownPayment | undefined;
  isOurCustomer(customerId: string | null): boolean;
  /** Seconds since 1970. */
  beginningOf(subscriptionId: string | null): number | undefined;
}

/** What other modules know of payments, for a whole page at once. */
@Injectable()
export class PaymentContext {
  constructor(
    private readonly charging: ChargingService,
    private readonly money: MoneyEvents,
    private readonly identity: IdentityService,
    private readonly catalog: CatalogService,
    private readonly subscriptions: SubscriptionReconciliation,
  ) {}

  async load(provider: ProviderName, facts: readonly MoneyFact[]): Promise<KnownPayments> {
    const paymentIds = present(facts.map(({ paymentId }) => paymentId));
    const payments = facts.filter((fact) => fact.kind === 'payment' || fact.kind === 'checkout');
    const checkoutIds = facts.flatMap((fact) => (fact.kind === 'checkout' ? [fact.checkoutId] : []));
    const uuids = present(payments.map(({ attemptId }) => attemptId)).filter((id) => isUUID(id));
    const attempts = await this.charging.findNamed(provider, { uuids, paymentIds, checkoutIds });
    const items = await this.money.findKnown(provider, paymentIds);
    const owners = await this.identity.findUsersByProviderCustomers(
      provider,
      present(payments.map(({ customerId }) => customerId)),
    );
    const beginnings = await this.subscriptions.findBeginnings(
      provider,
      present(payments.map(({ subscriptionId }) => subscriptionId)),
    );
    return {
      attemptOf: (fact) => attempts.find((attempt) => isAbout(fact, attempt)),
      itemOf: (paymentId) => items.find((item) => item.paymentId === paymentId),
      isOurCustomer: (customerId) => customerId !== null && owners.has(customerId),
      beginningOf: (subscriptionId) => (subscriptionId === null ? undefined : beginnings.get(subscriptionId)),
    };
  }

  /** What a payment that was read is to us. */
  async compareFound(provider: ProviderName, found: FoundPayment): Promise<FoundDifference | undefined> {
    const { customerId, offerUuid, priceIds, paymentId } = found;
    const owners = await this.identity.findUsersByProviderCustomers(provider, present([customerId]));
    const [known] = await this.money.findKnown(provider, [paymentId]);
    const named = offerUuid === null ? undefined : (await this.catalog.findOfferByUuid(offerUuid)) !== undefined;
    const priced = await this.catalog.findOfferByProviderPrices(provider, priceIds);
    return compareFound(found, {
      isSale: known !== undefined,
      isOurCustomer: customerId !== null && owners.has(customerId),
      namesOurOffer: named,
      hasOurPrice: priced !== undefined,
    });
  }

  /** The attempt that a payment that was read is of. */
  async findAttempt(provider: ProviderName, found: FoundPayment): Promise<ChargeAttempt | undefined> {
    const uuids = present([found.attemptId]);
    const [attempt] = await this.charging.findNamed(provider, {
      uuids,
      paymentIds: [found.paymentId],
      checkoutIds: [],
    });
    return attempt;
  }
}

/** What it says of itself goes before the names by which we know it. */
function isAbout(fact: MoneyFact, { uuid, references }: ChargeAttempt): boolean {
  if ((fact.kind === 'payment' || fact.kind === 'checkout') && fact.attemptId !== null) return fact.attemptId === uuid;
  if (fact.kind === 'checkout' && references.checkoutId === fact.checkoutId) return true;
  return fact.paymentId !== null && references.paymentId === fact.paymentId;
}

const present = (ids: readonly (string | null)[]): string[] => [...new Set(ids.filter((id) => id !== null))];
