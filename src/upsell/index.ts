export { UpsellModule } from './upsell.module.js';
