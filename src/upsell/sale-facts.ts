import { Injectable } from '@nestjs/common';
import type { CheckoutFact, FoundPayment, PaymentFact, ProviderName } from '../billing-providers/index.js';
import { CatalogService } from '../catalog/index.js';
import type { Tx } from '../common/database/index.js';
import { Jobs } from '../common/jobs/index.js';
import { computeCustomerWakeKey, IdentityService } from '../identity/index.js';
import type { FactOutcome } from '../subscription/index.js';
import { computeToldMethod, type SaleSource } from './domain/sale.js';
import { chooseGroup } from './domain/sale-group.js';
import { READ_PAYMENT, type ReadPaymentPayload } from './jobs/tasks.js';
import type { NewSale } from './persistence/sale.repository.js';
import { SaleRecorder } from './sale-recorder.js';
import { SoldOffers, type SoldAt } from './sold-offers.js';

/** A payment of somebody's, for one of our offers. */
interface PaidOffer extends SoldAt {
  readonly checkoutId: string | null;
  readonly customerId: string;
  readonly offerUuid: string;
  readonly groupExternalId: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly methodKind: NewSale['methodKind'];
  readonly source: SaleSource;
  /** Seconds since 1970. */
  readonly paidAt: number;
}

const ignored = (reason: string): FactOutcome => ({ result: 'ignored', reason });
const APPLIED: FactOutcome = { result: 'applied' };

/** Sales that providers tell of. Facts come in any order and more than once. */
@Injectable()
export class SaleFacts {
  constructor(
    private readonly identity: IdentityService,
    private readonly catalog: CatalogService,
    private readonly sold: SoldOffers,
    private readonly recorder: SaleRecorder,
    private readonly jobs: Jobs,
  ) {}

  /** Applies what is said about a payment that is not one of our own charges. */
  async apply(tx: Tx, fact: PaymentFact | CheckoutFact): Promise<FactOutcome> {
    return fact.kind === 'payment' ? this.applyPayment(tx, fact) : this.applyCheckout(tx, fact);
  }

  private async applyPayment(tx: Tx, fact: PaymentFact): Promise<FactOutcome> {
    if (fact.change !== 'succeeded') return ignored('not_paid');
    const { provider, paymentId, methodKind, customerId, subscriptionId } = fact;
    if (subscriptionId !== null || fact.offerUuid === null) {
      const told = { methodKind: computeToldMethod('payment', methodKind) };
      if (await this.recorder.complete(tx, { provider, providerPaymentId: paymentId }, told)) return APPLIED;
    }
    // Providers copy a subscription's metadata to its renewals: whether this is its first payment must be read.
    if (subscriptionId !== null) {
      return customerId === null ? ignored('no_customer') : this.readLater(tx, { provider, paymentId }, customerId);
    }
    const offerUuid =
      fact.offerUuid ?? (await this.catalog.findOfferByProviderPrices(provider, fact.priceIds, tx))?.uuid;
    if (offerUuid === undefined) return ignored('no_offer');
    if (customerId === null) return ignored('no_customer');
    return this.record(tx, {
      provider,
      paymentId,
      checkoutId: null,
      customerId,
      offerUuid,
      priceIds: fact.priceIds,
      groupExternalId: fact.groupId,
      amount: fact.amount,
      currency: fact.currency,
      methodKind,
      source: 'payment',
      paidAt: fact.occurredAt,
    });
  }

  private async applyCheckout(tx: Tx, fact: CheckoutFact): Promise<FactOutcome> {
    const { provider, paymentId, customerId, offerUuid, checkoutId } = fact;
    if (!fact.paid || paymentId === null) return ignored('not_paid');
    if (customerId === null) return ignored('no_customer');
    if (offerUuid === null) return this.readLater(tx, { provider, checkoutId }, customerId);
    return this.record(tx, {
      provider,
      paymentId,
      checkoutId,
      customerId,
      offerUuid,
      priceIds: [],
      groupExternalId: fact.groupId,
      amount: fact.amount,
      currency: fact.currency,
      // The event does not say; what is paid while the page is open is paid by card, until somebody knows better.
      methodKind: fact.change === 'completed' ? 'card' : 'other',
      source: 'checkout',
      paidAt: fact.occurredAt,
    });
  }

  /** A payment that was read from its provider, because its event did not say what was bought. */
  async applyFound(tx: Tx, provider: ProviderName, found: FoundPayment): Promise<FactOutcome> {
    if (!found.paid || found.isRefunded) return ignored('not_paid');
    if (found.isRecurring || found.attemptId !== null) return ignored('not_a_sale');
    if (found.customerId === null) return ignored('no_customer');
    const offerUuid =
      found.offerUuid ?? (await this.catalog.findOfferByProviderPrices(provider, found.priceIds, tx))?.uuid;
    if (offerUuid === undefined) return ignored('no_offer');
    return this.record(tx, {
      provider,
      paymentId: found.paymentId,
      checkoutId: found.checkoutId,
      customerId: found.customerId,
      offerUuid,
      priceIds: found.priceIds,
      groupExternalId: found.groupId,
      amount: found.amount,
      currency: found.currency,
      methodKind: found.method.kind,
      source: 'checkout',
      paidAt: found.createdAt,
    });
  }

  private async record(tx: Tx, paid: PaidOffer): Promise<FactOutcome> {
    const { provider, customerId } = paid;
    const owners = await this.identity.findUsersByProviderCustomers(provider, [customerId], tx);
    const owner = owners.get(customerId);
    if (!owner) return { result: 'foreign', waitingFor: computeCustomerWakeKey(provider, customerId) };
    const named = await this.catalog.findOfferByUuid(paid.offerUuid, tx);
    if (!named) {
      return { result: 'failed', error: `Payment ${paid.paymentId} names an offer_uuid that is none of our offers.` };
    }
    const offer = await this.sold.believe(named, paid, tx);
    if (!offer) {
      return { result: 'failed', error: `Payment ${paid.paymentId} names an offer that it has not bought.` };
    }
    await this.recorder.record(
      tx,
      {
        provider,
        providerPaymentId: paid.paymentId,
        providerCheckoutId: paid.checkoutId,
        providerCustomerId: customerId,
        userId: owner.userId,
        groupId: chooseGroup(owner.groups, paid.groupExternalId)?.id ?? null,
        offerId: offer.id,
        amount: paid.amount,
        currency: paid.currency,
        methodKind: paid.methodKind,
        source: paid.source,
        language: null,
        returnUrl: null,
        paidAt: new Date(paid.paidAt * 1_000),
      },
      null,
    );
    return APPLIED;
  }

  private async readLater(tx: Tx, payment: ReadPaymentPayload, customerId: string): Promise<FactOutcome> {
    const { provider } = payment;
    const owners = await this.identity.findUsersByProviderCustomers(provider, [customerId], tx);
    if (!owners.has(customerId)) {
      return { result: 'foreign', waitingFor: computeCustomerWakeKey(provider, customerId) };
    }
    const id = 'paymentId' in payment ? payment.paymentId : payment.checkoutId;
    await this.jobs.add(tx, READ_PAYMENT, payment, { key: `${READ_PAYMENT}:${provider}:${id}` });
    return APPLIED;
  }
}
