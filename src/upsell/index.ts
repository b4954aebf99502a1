export { MoneyEvents } from './money-events.js';
export type { KnownPayment } from './persistence/known-payment.repository.js';
export { UpsellModule } from './upsell.module.js';
export { CrossSellEntity } from './persistence/cross-sell.entity.js';
export { SaleEntity } from './persistence/sale.entity.js';
export { SaleItemEntity } from './persistence/sale-item.entity.js';
export { UpsellDecisionEntity } from './persistence/upsell-decision.entity.js';
export { UpsellEventEntity } from './persistence/upsell-event.entity.js';
export { UpsellSessionEntity } from './persistence/upsell-session.entity.js';
export { UpsellFunnelEntity, UpsellSwitchEntity } from './persistence/upsell-funnel.entity.js';
export { UpsellFunnelVersionEntity } from './persistence/upsell-funnel-version.entity.js';
export {
  OffersUpsellNativeEntity,
  UpsellNativeOfferEntity,
  UpsellNativeProductEntity,
} from './persistence/upsell-native-step.entity.js';
export { UpsellRuleEntity } from './persistence/upsell-rule.entity.js';
export { UpsellTriggerEntity } from './persistence/upsell-trigger.entity.js';
