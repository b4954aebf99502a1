export { WebhookModule } from './webhook.module.js';
export { WebhookInbox } from './webhook-inbox.js';
export { InboxWorker } from './jobs/inbox-worker.js';
export { WebhookEventEntity } from './persistence/webhook-event.entity.js';
