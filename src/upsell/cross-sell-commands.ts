import { Injectable } from '@nestjs/common';
import type { ChargeCommand } from '../billing-providers/index.js';
import { translateOffer, type OfferMethod } from '../catalog/index.js';
import { Clock } from '../common/clock/index.js';
import { Config, type Language } from '../config/index.js';
import type { User } from '../identity/index.js';
import type { CrossSellProspect } from './cross-sell-prospects.js';
import type { PaymentWish } from './domain/check-accept.js';
import type { UpsellTrigger } from './domain/upsell-rule.js';
import { toPaymentCommand } from './payment-command.js';
import type { ShownOffer } from './showcase.js';

/** What a customer agreed to buy by itself, and how they pay. */
export interface CrossSellOrder {
  readonly user: User;
  readonly prospect: CrossSellProspect & { readonly shown: ShownOffer };
  readonly customerId: string;
  readonly method: PaymentWish;
  readonly pageMethods: readonly OfferMethod[];
  readonly wish: { readonly returnUrl: string; readonly cancelUrl: string; readonly trigger?: UpsellTrigger };
  readonly language: Language;
}

/** Words a cross-sell as the one call that the provider gets. */
@Injectable()
export class CrossSellCommands {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  make(order: CrossSellOrder): ChargeCommand {
    const { user, prospect, customerId, method, pageMethods, wish, language } = order;
    const { offer, price } = prospect.shown;
    const payable = {
      customerId,
      amount: price.amount,
      currency: price.currency,
      description: translateOffer(offer, language).name,
      metadata: toLabels(order),
    };
    return toPaymentCommand(payable, price, {
      method,
      installments: 1,
      language,
      pageMethods,
      pages: { bank: wish.returnUrl, success: wish.returnUrl, cancel: wish.cancelUrl },
      payer: { name: user.name, email: user.email },
      pixSeconds: this.config.upsell.pixMinutes * 60,
      now: this.clock.now(),
    });
  }
}

/** The Dodo document's labels. Never `offer_uuid`: it would make the payment a sale of the merchant's own checkout. */
function toLabels({ user, prospect, wish }: CrossSellOrder): Record<string, string> {
  const { offer, group } = prospect;
  const labels = {
    purchase_type: 'cross_sell',
    source: wish.trigger ? wish.trigger.trigger : 'product_recommendation',
  };
  if (!offer.plan) return labels;
  if (!group) throw new Error('A plan is sold to nobody.');
  return { ...labels, group_id: group.externalId, user_id: user.externalId, plan_id: offer.plan.uuid };
}
