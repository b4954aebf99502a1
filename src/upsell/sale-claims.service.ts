import { Injectable } from '@nestjs/common';
import {
  BillingProviderRegistry,
  ProviderCustomers,
  type FoundPayment,
  type ProviderName,
  type SavedCard,
} from '../billing-providers/index.js';
import { CatalogService, type Offer } from '../catalog/index.js';
import { ChargingService } from '../charging/index.js';
import { UnitOfWork } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { checkReturnUrl } from '../common/http/index.js';
import { Config, type Language } from '../config/index.js';
import { IdentityService, type Group, type User } from '../identity/index.js';
import { chooseGroup } from './domain/sale-group.js';
import type { Sale } from './domain/sale.js';
import { SaleReader } from './jobs/sale-reader.js';
import { SaleRepository, type NewSale } from './persistence/sale.repository.js';
import { SessionRepository } from './persistence/session.repository.js';
import { asked } from './provider-failures.js';
import { SaleRecorder } from './sale-recorder.js';
import { SoldOffers } from './sold-offers.js';

const NO_OFFER = "Neither the payment's metadata nor a price on its checkout names an offer: send offer_uuid.";

/** What the storefront's server says about a payment. */
export interface SaleClaim {
  readonly provider: ProviderName;
  readonly payment: { readonly paymentId: string } | { readonly checkoutId: string };
  readonly userExternalId: string;
  readonly groupExternalId?: string;
  readonly offerUuid?: string;
  readonly language?: Language;
  readonly returnUrl?: string;
}

/** Sales that the storefront's server claims: it needs not wait for the provider's event, and is believed nothing about money. */
@Injectable()
export class SaleClaimsService {
  constructor(
    private readonly config: Config,
    private readonly providers: BillingProviderRegistry,
    private readonly customers: ProviderCustomers,
    private readonly identity: IdentityService,
    private readonly catalog: CatalogService,
    private readonly charging: ChargingService,
    private readonly reader: SaleReader,
    private readonly recorder: SaleRecorder,
    private readonly sold: SoldOffers,
    private readonly sales: SaleRepository,
    private readonly sessions: SessionRepository,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Makes a payment, as the provider says it is, a sale of this user. Repeating it gives the same sale.
   *
   * @throws ApplicationError user_not_found, group_not_found, return_url_not_allowed, payment_not_found, payment_not_paid (nor
   *   one that was given back in full), payment_not_a_sale (a renewal, a plan change, a charge of our own), offer_not_found,
   *   sale_customer_mismatch, provider_customer_taken, provider_unavailable, provider_refused
   */
  async claim(claim: SaleClaim): Promise<Sale> {
    const { returnUrl, provider } = claim;
    const origins = this.config.http.allowedReturnOrigins;
    const checkedReturnUrl = returnUrl === undefined ? null : checkReturnUrl(returnUrl, origins, 'return_url');
    const user = await this.identity.findUserByExternalId(claim.userExternalId);
    if (!user) throw new ApplicationError('user_not_found');
    const found = await this.findPayment(claim);
    const offer = await this.findOffer(claim, found);
    const group = await this.findGroup(user, claim, found);
    const customerId = await this.ensureCustomer(user, provider, found);
    const sale: NewSale = {
      provider,
      providerPaymentId: found.paymentId,
      providerCheckoutId: found.checkoutId,
      providerCustomerId: customerId,
      userId: user.id,
      groupId: group?.id ?? null,
      offerId: offer.id,
      amount: found.amount,
      currency: found.currency,
      methodKind: found.method.kind,
      source: 'claim',
      language: claim.language ?? null,
      returnUrl: checkedReturnUrl,
      paidAt: new Date(found.createdAt * 1_000),
    };
    return this.record(sale, await this.findCards(sale));
  }

  private async record(sale: NewSale, cards: readonly SavedCard[]): Promise<Sale> {
    return this.unitOfWork.run(async (tx) => {
      const known = await this.sales.findByPayment(sale.provider, sale.providerPaymentId, tx);
      if (known) {
        await this.sessions.lockBySale(tx, known.id); // before the sale, as everywhere
        await this.sessions.keepMethods(tx, known.id, cards);
      }
      const recorded = await this.recorder.record(tx, sale, cards);
      if (recorded.sale.userId !== sale.userId) throw new ApplicationError('sale_customer_mismatch');
      return recorded.sale;
    });
  }

  private async findPayment({ provider, payment }: SaleClaim): Promise<FoundPayment> {
    const found = await asked(this.providers.get(provider).findPayment(payment));
    if (!found) throw new ApplicationError('payment_not_found');
    if (!found.paid) throw new ApplicationError('payment_not_paid');
    // Money that is back already makes no sale; of one that there is, its event says so.
    const isSale = found.isRefunded && (await this.sales.findByPayment(provider, found.paymentId)) !== undefined;
    if (found.isRefunded && !isSale) throw new ApplicationError('payment_not_paid');
    const isOurs = found.attemptId !== null || (await this.charging.findByPayment(provider, found.paymentId));
    if (found.isRecurring || isOurs) throw new ApplicationError('payment_not_a_sale');
    return found;
  }

  /** What the payment itself names, if it has bought it; else what its prices stand for; else what the server says. */
  private async findOffer({ provider, offerUuid }: SaleClaim, found: FoundPayment): Promise<Offer> {
    const named = found.offerUuid === null ? undefined : await this.catalog.findOfferByUuid(found.offerUuid);
    const offer =
      (named && (await this.sold.believe(named, { ...found, provider }))) ??
      (await this.catalog.findOfferByProviderPrices(provider, found.priceIds)) ??
      (offerUuid === undefined ? undefined : await this.catalog.findOfferByUuid(offerUuid));
    if (!offer) throw new ApplicationError('offer_not_found', { detail: NO_OFFER });
    return offer;
  }

  private async findGroup(user: User, claim: SaleClaim, found: FoundPayment): Promise<Group | undefined> {
    const groups = await this.identity.groupsOf(user.id);
    const named = claim.groupExternalId;
    const group = chooseGroup(groups, named ?? found.groupId);
    if (named !== undefined && !group) throw new ApplicationError('group_not_found');
    return group;
  }

  /** The payment's customer, linked to the user; for a guest's payment the user's own, so that there is one to charge. */
  private async ensureCustomer(user: User, provider: ProviderName, found: FoundPayment): Promise<string> {
    if (found.customerId === null) return this.customers.ensure(user, provider);
    const { customerId } = found;
    const owner = (await this.identity.findUsersByProviderCustomers(provider, [customerId])).get(customerId);
    if (owner && owner.userId !== user.id) throw new ApplicationError('sale_customer_mismatch');
    if (!owner) {
      await this.unitOfWork.run((tx) =>
        this.identity.linkProviderCustomer(tx, { userId: user.id, provider, customerId }),
      );
    }
    return customerId;
  }

  private findCards(sale: NewSale): Promise<readonly SavedCard[]> {
    return asked(this.reader.findCards(sale));
  }
}
