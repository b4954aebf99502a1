export { UpsellModule } from './upsell.module.js';
export { UpsellFunnelEntity, UpsellSwitchEntity } from './persistence/upsell-funnel.entity.js';
export { UpsellFunnelVersionEntity } from './persistence/upsell-funnel-version.entity.js';
export {
  OffersUpsellNativeEntity,
  UpsellNativeOfferEntity,
  UpsellNativeProductEntity,
} from './persistence/upsell-native-step.entity.js';
