export { Identity1763600001000 } from './1763600001000-identity.js';
export { Catalog1763600002000 } from './1763600002000-catalog.js';
export { Subscription1763600003000 } from './1763600003000-subscription.js';
export { Webhook1763600004000 } from './1763600004000-webhook.js';
