import { Injectable } from '@nestjs/common';
import { BillingProviderRegistry } from '../billing-providers/index.js';
import { ApplicationError } from '../common/errors/index.js';
import type { Language } from '../config/index.js';
import { IdentityService, type CurrentCaller, type User } from '../identity/index.js';
import { INELIGIBLE, type Eligibility, type FaceAnswer } from './domain/eligibility.js';
import type { QuoteView } from './domain/view.js';
import { EligibilitySessions, type FaceWish } from './eligibility-sessions.js';
import { EligibilityTriggers } from './eligibility-triggers.js';
import type { ProviderCustomer } from './persistence/eligibility.repository.js';

/** Who asks, about which of a provider's customers. */
export interface FaceCaller {
  readonly caller: CurrentCaller;
  /** By the provider's id. */
  readonly customerId: string;
  readonly language: Language;
}

interface Found {
  readonly user: User;
  readonly customer: ProviderCustomer;
}

/** The Dodo document's face of what is offered to a customer: after their newest sale, else at moments of theirs. */
@Injectable()
export class EligibilityService {
  constructor(
    private readonly providers: BillingProviderRegistry,
    private readonly identity: IdentityService,
    private readonly sessions: EligibilitySessions,
    private readonly triggers: EligibilityTriggers,
  ) {}

  /** @throws ApplicationError provider_customer_not_found, also for somebody else's; provider_unavailable, provider_refused */
  async show(asked: FaceCaller): Promise<Eligibility> {
    const { user, customer } = await this.find(asked);
    const { language } = asked;
    return (
      (await this.sessions.show(customer, language)) ??
      (await this.triggers.show(user, customer, language)) ??
      INELIGIBLE
    );
  }

  /** @throws as `show`, upsell_not_available, and as `SessionService.quote` */
  async quote(asked: FaceCaller): Promise<QuoteView> {
    const { user, customer } = await this.find(asked);
    const { language } = asked;
    const quote =
      (await this.sessions.quote(customer, language)) ?? (await this.triggers.quote(user, customer, language));
    if (!quote) throw new ApplicationError('upsell_not_available');
    return quote;
  }

  /** @throws as `show`, upsell_not_available, and as `AcceptService.accept` and `CrossSellService.buy` */
  async accept(asked: FaceCaller, wish: FaceWish): Promise<FaceAnswer> {
    const { user, customer } = await this.find(asked);
    const { language } = asked;
    const answer =
      (await this.sessions.accept(customer, wish, language)) ??
      (await this.triggers.accept(user, customer, wish, language));
    if (!answer) throw await this.refuse(asked);
    return answer;
  }

  /** @throws as `show`, upsell_not_available, upsell_payment_pending, upsell_offer_changed */
  async decline(asked: FaceCaller, wish: FaceWish): Promise<void> {
    const { user, customer } = await this.find(asked);
    const { language } = asked;
    const isDone =
      (await this.sessions.decline(customer, wish, language)) ||
      (await this.triggers.decline(user, customer, wish, language));
    if (!isDone) throw await this.refuse(asked);
  }

  /** What was answered is offered no more: perhaps something else is. */
  private async refuse(asked: FaceCaller): Promise<ApplicationError> {
    const { eligible } = await this.show(asked);
    return new ApplicationError(eligible ? 'upsell_offer_changed' : 'upsell_not_available');
  }

  private async find({ caller, customerId }: FaceCaller): Promise<Found> {
    for (const { name: provider } of this.providers.all()) {
      const owners = await this.identity.findUsersByProviderCustomers(provider, [customerId]);
      const owner = owners.get(customerId);
      const user = owner && (await this.identity.findUserById(owner.userId));
      if (!user || (caller.kind === 'customer' && caller.user.id !== user.id)) continue;
      return { user, customer: { userId: user.id, provider, customerId } };
    }
    throw new ApplicationError('provider_customer_not_found');
  }
}
