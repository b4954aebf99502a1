export { Config, LANGUAGES, type Language } from './config.js';
export { ConfigModule } from './config.module.js';
export type { DodoSettings, StripeSettings } from './provider-settings.js';
export { ConfigurationError } from './environment-reader.js';
