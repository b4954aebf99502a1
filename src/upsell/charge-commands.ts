import { Injectable } from '@nestjs/common';
import type { ChargeCommand } from '../billing-providers/index.js';
import { translateOffer } from '../catalog/index.js';
import { Clock } from '../common/clock/index.js';
import { Config, type Language } from '../config/index.js';
import { IdentityService, type User } from '../identity/index.js';
import type { PlanQuote } from '../subscription/index.js';
import type { PaymentWish } from './domain/check-accept.js';
import type { ShownOffer } from './showcase.js';
import { UpsellLinks } from './upsell-links.js';
import type { OpenVisit } from './view.service.js';

/** The provider closes its page after this time; none can be shorter. */
const CHECKOUT_SECONDS = 35 * 60;

/** What was agreed to. */
export interface Agreement {
  readonly visit: OpenVisit;
  readonly shown: ShownOffer;
  readonly method: PaymentWish;
  readonly installments: number;
  readonly quote: PlanQuote | undefined;
  readonly language: Language;
}

type Payable = Pick<ChargeCommand, 'amount' | 'currency' | 'customerId'> & {
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
};

/** Words what a customer agreed to as the one call that the provider gets. */
@Injectable()
export class ChargeCommands {
  constructor(
    private readonly config: Config,
    private readonly identity: IdentityService,
    private readonly links: UpsellLinks,
    private readonly clock: Clock,
  ) {}

  async make(agreement: Agreement): Promise<ChargeCommand> {
    const { sale } = agreement.visit;
    const user = await this.identity.findUserById(sale.userId);
    if (!user || sale.providerCustomerId === null) throw new Error(`Sale ${sale.uuid} has nobody to charge.`);
    const payable: Payable = {
      customerId: sale.providerCustomerId,
      amount: agreement.shown.price.amount,
      currency: agreement.shown.price.currency,
      description: translateOffer(agreement.shown.offer, agreement.language).name,
      metadata: await this.labelsOf(agreement, user),
    };
    if (agreement.quote) return toUpgrade(agreement, agreement.quote, payable);
    switch (agreement.method.kind) {
      case 'saved_card':
        return this.toOneClick(agreement, agreement.method.cardId, payable, user);
      case 'new_card':
        return this.toCheckout(agreement, payable, user);
      case 'pix':
        return {
          kind: 'pix',
          ...payable,
          name: user.name,
          email: user.email,
          taxId: agreement.method.taxId,
          expiresInSeconds: this.config.upsell.pixMinutes * 60,
        };
      default:
        return agreement.method satisfies never;
    }
  }

  private async toOneClick(
    { visit, shown, installments }: Agreement,
    cardId: string,
    payable: Payable,
    user: User,
  ): Promise<ChargeCommand> {
    if (shown.price.priceId !== null) {
      return { kind: 'start_plan', ...payable, cardId, planPriceId: shown.price.priceId };
    }
    return { kind: 'one_click', ...payable, cardId, installments, returnUrl: await this.pageOf(visit, user) };
  }

  private async toCheckout(
    { visit, shown, language }: Agreement,
    payable: Payable,
    user: User,
  ): Promise<ChargeCommand> {
    const page = await this.pageOf(visit, user);
    return {
      kind: 'checkout',
      ...payable,
      ...(shown.price.priceId === null ? {} : { planPriceId: shown.price.priceId }),
      methods: ['card'],
      successUrl: withStatus(page, 'succeeded'),
      cancelUrl: withStatus(page, 'canceled'),
      expiresAt: Math.floor(this.clock.now().getTime() / 1_000) + CHECKOUT_SECONDS,
      language,
    };
  }

  /** Where the provider sends the customer back to: the page shows whatever has become of it. */
  private async pageOf({ boughtUuid, saleItemUuid }: OpenVisit, user: User): Promise<string> {
    return (await this.links.make(boughtUuid, { saleItemUuid, userExternalId: user.externalId })).upsell;
  }

  /** Never `offer_uuid`: that is how a merchant's own checkout says what it sold, and would make this a sale of its own. */
  private async labelsOf({ visit: { sale }, shown }: Agreement, user: User): Promise<Record<string, string>> {
    const labels = {
      upsell_source: 'post_purchase',
      original_order_id: sale.uuid,
      purchase_type: 'upsell',
      source: 'uplift',
    };
    const { plan } = shown.offer;
    if (!plan) return labels;
    const group = (await this.identity.groupsOf(sale.userId)).find(({ id }) => id === sale.groupId);
    if (!group) throw new Error(`The user of sale ${sale.uuid} is in its group no more.`);
    return { ...labels, group_id: group.externalId, user_id: user.externalId, plan_id: plan.uuid };
  }
}

function toUpgrade({ shown }: Agreement, quote: PlanQuote, payable: Payable): ChargeCommand {
  return {
    kind: 'change_plan',
    ...payable,
    mode: 'prorated_immediately',
    credit: 0,
    customerId: shown.upgrade?.subscription.providerCustomerId ?? payable.customerId,
    amount: quote.amountDue,
    currency: quote.currency,
    subscriptionId: quote.providerSubscriptionId,
    fromPriceId: quote.fromPriceId,
    planPriceId: quote.targetPriceId,
    prorationAt: Math.floor(quote.prorationAt.getTime() / 1_000),
  };
}

/** In the word that providers use at a bank's return: whoever gave up is not made to wait for a payment's confirmation. */
function withStatus(page: string, status: 'succeeded' | 'canceled'): string {
  const url = new URL(page);
  url.searchParams.set('redirect_status', status);
  return url.href;
}
