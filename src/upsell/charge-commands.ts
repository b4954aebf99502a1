import { Injectable } from '@nestjs/common';
import type { ChargeCommand } from '../billing-providers/index.js';
import { translateOffer } from '../catalog/index.js';
import { Clock } from '../common/clock/index.js';
import { Config, type Language } from '../config/index.js';
import { IdentityService, type User } from '../identity/index.js';
import type { PlanQuote } from '../subscription/index.js';
import type { PaymentWish } from './domain/check-accept.js';
import { toPaymentCommand, type Payable } from './payment-command.js';
import type { ShownOffer } from './showcase.js';
import { UpsellLinks } from './upsell-links.js';
import type { OpenVisit } from './view.service.js';

/** What was agreed to. */
export interface Agreement {
  readonly visit: OpenVisit;
  readonly shown: ShownOffer;
  readonly method: PaymentWish;
  readonly installments: number;
  readonly quote: PlanQuote | undefined;
  readonly language: Language;
}

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
    const page = await this.pageOf(agreement.visit, user);
    return toPaymentCommand(payable, agreement.shown.price, {
      method: agreement.method,
      installments: agreement.installments,
      language: agreement.language,
      pageMethods: ['card'],
      pages: { bank: page, success: withStatus(page, 'succeeded'), cancel: withStatus(page, 'canceled') },
      payer: { name: user.name, email: user.email },
      pixSeconds: this.config.upsell.pixMinutes * 60,
      now: this.clock.now(),
    });
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
    mode: quote.mode,
    credit: quote.credit,
    customerId: shown.upgrade?.subscription.providerCustomerId ?? payable.customerId,
    amount: quote.amountDue,
    currency: quote.currency,
    subscriptionId: quote.providerSubscriptionId,
    fromPriceId: quote.fromPriceId,
    planPriceId: quote.targetPriceId,
    productPriceId: quote.targetPriceId,
    prorationAt: Math.floor(quote.prorationAt.getTime() / 1_000),
  };
}

/** In the word that providers use at a bank's return: whoever gave up is not made to wait for a payment's confirmation. */
function withStatus(page: string, status: 'succeeded' | 'canceled'): string {
  const url = new URL(page);
  url.searchParams.set('redirect_status', status);
  return url.href;
}
