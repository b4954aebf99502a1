import { Module } from '@nestjs/common';
import { BillingProvidersModule } from '../billing-providers/index.js';
import { IdentityModule } from '../identity/index.js';
import { SubscriptionModule } from '../subscription/index.js';
import { UpsellModule } from '../upsell/index.js';
import { DodoWebhookController } from './http/dodo-webhook.controller.js';
import { StripeWebhookController } from './http/stripe-webhook.controller.js';
import { WebhookEventController } from './http/webhook-event.controller.js';
import { EventSettler } from './jobs/event-settler.js';
import { InboxWorker } from './jobs/inbox-worker.js';
import { SettledEvents } from './jobs/settled-events.js';
import { WakeWaitingJob } from './jobs/wake-waiting.job.js';
import { ClaimRepository } from './persistence/claim.repository.js';
import { InboxWriter } from './persistence/inbox-writer.js';
import { WebhookInvariants } from './persistence/invariants.js';
import { WebhookEventRepository } from './persistence/webhook-event.repository.js';
import { WebhookEventsService } from './webhook-events.service.js';
import { WebhookInbox } from './webhook-inbox.js';
import { WebhookMetrics } from './webhook-metrics.js';

@Module({
  imports: [BillingProvidersModule, IdentityModule, SubscriptionModule, UpsellModule],
  controllers: [StripeWebhookController, DodoWebhookController, WebhookEventController],
  providers: [
    SettledEvents,
    WebhookInbox,
    InboxWriter,
    WebhookMetrics,
    InboxWorker,
    EventSettler,
    ClaimRepository,
    WakeWaitingJob,
    WebhookEventsService,
    WebhookEventRepository,
    WebhookInvariants,
  ],
  exports: [WebhookInbox, InboxWorker],
})
export class WebhookModule {}
