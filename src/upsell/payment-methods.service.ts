import { Injectable } from '@nestjs/common';
import { BillingProviderRegistry, type ProviderName, type SavedCard } from '../billing-providers/index.js';
import { Clock } from '../common/clock/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { checkReturnUrl } from '../common/http/index.js';
import { Config, type Language } from '../config/index.js';
import { IdentityService, type User } from '../identity/index.js';
import { findMethodProblems, type MethodProblem } from './domain/check-method.js';
import { asked } from './provider-failures.js';

/** A saved card, and what keeps it from being charged by one click. */
export interface CheckedCard {
  readonly card: SavedCard;
  readonly problems: readonly MethodProblem[];
}

export interface ProviderCards {
  readonly provider: ProviderName;
  readonly cards: readonly CheckedCard[];
  /** Whether the provider has a page of its own where cards are changed. */
  readonly hasPage: boolean;
}

/** The cards that providers keep for a customer, and where they are changed. */
@Injectable()
export class PaymentMethodsService {
  constructor(
    private readonly config: Config,
    private readonly providers: BillingProviderRegistry,
    private readonly identity: IdentityService,
    private readonly clock: Clock,
  ) {}

  /**
   * As each provider has them now, where the user is a customer.
   *
   * @param wish `currency`: which cards pay in it is looked at too
   * @throws ApplicationError provider_not_configured, provider_unavailable, provider_refused
   */
  async list(
    user: User,
    wish: { readonly provider?: ProviderName; readonly currency?: string },
  ): Promise<readonly ProviderCards[]> {
    const wanted = wish.provider === undefined ? this.providers.all() : [this.providers.get(wish.provider)];
    const found: ProviderCards[] = [];
    for (const provider of wanted) {
      const customerId = await this.identity.findProviderCustomer(user.id, provider.name);
      if (customerId === undefined) continue;
      const cards = await asked(provider.listPaymentMethods(customerId));
      const situation = { currency: wish.currency, now: this.clock.now() };
      const checked = cards.map((card) => ({ card, problems: findMethodProblems(card, situation) }));
      found.push({ provider: provider.name, cards: checked, hasPage: provider.capabilities.billingPortal });
    }
    return found;
  }

  /**
   * A session of the provider's page where the user changes their own cards. The URL is a bearer credential of a few minutes:
   * made for each click, never stored or logged.
   *
   * @throws ApplicationError return_url_not_allowed, provider_not_configured, portal_not_available (they are no customer there,
   *   or there is no such page), provider_unavailable, provider_refused
   */
  async openPage(
    user: User,
    wish: { readonly provider?: ProviderName; readonly returnUrl: string; readonly language: Language },
  ): Promise<{ readonly url: string }> {
    const returnUrl = checkReturnUrl(wish.returnUrl, this.config.http.allowedReturnOrigins, 'return_url');
    const wanted = wish.provider === undefined ? this.providers.all() : [this.providers.get(wish.provider)];
    for (const provider of wanted) {
      const customerId = await this.identity.findProviderCustomer(user.id, provider.name);
      if (customerId === undefined || !provider.capabilities.billingPortal) continue;
      const { url } = await asked(provider.createPortalSession({ customerId, returnUrl, locale: wish.language }));
      return { url };
    }
    throw new ApplicationError('portal_not_available');
  }
}
