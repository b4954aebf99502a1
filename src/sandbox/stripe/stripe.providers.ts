import type { Provider, Type } from '@nestjs/common';
import { CallPipeline } from './api/call-pipeline.js';
import { CatalogueOperations } from './api/catalogue.operations.js';
import { ChargeOperations } from './api/charge.operations.js';
import { CheckoutOperations } from './api/checkout.operations.js';
import { CustomerOperations } from './api/customer.operations.js';
import { EventOperations } from './api/event.operations.js';
import { InvoiceOperations } from './api/invoice.operations.js';
import type { OperationSource } from './api/operation.js';
import { OPERATION_SOURCES, OperationTable } from './api/operation-table.js';
import { PaymentIntentOperations } from './api/payment-intent.operations.js';
import { PaymentMethodOperations } from './api/payment-method.operations.js';
import { PortalOperations } from './api/portal.operations.js';
import { ScheduleOperations } from './api/schedule.operations.js';
import { SetupIntentOperations } from './api/setup-intent.operations.js';
import { StripeApiController } from './api/stripe-api.controller.js';
import { SubscriptionOperations } from './api/subscription.operations.js';
import { Disputes } from './billing/disputes.js';
import { IntentConfirmations } from './billing/intent-confirmations.js';
import { Invoices } from './billing/invoices.js';
import { Movements } from './billing/movements.js';
import { PaymentMethods } from './billing/payment-methods.js';
import { Payments } from './billing/payments.js';
import { PendingLines } from './billing/pending-lines.js';
import { PixPayments } from './billing/pix-payments.js';
import { Previews } from './billing/previews.js';
import { Refunds } from './billing/refunds.js';
import { Renewals } from './billing/renewals.js';
import { Schedules } from './billing/schedules.js';
import { Setups } from './billing/setups.js';
import { SubscriptionCreation } from './billing/subscription-creation.js';
import { SubscriptionEndings } from './billing/subscription-endings.js';
import { SubscriptionPayments } from './billing/subscription-payments.js';
import { SubscriptionUpdates } from './billing/subscription-updates.js';
import { EventLog } from './objects/event-log.js';
import { RequestContext } from './objects/request-context.js';
import { StripeStore } from './objects/stripe-store.js';
import { AuthenticationController } from './pages/authentication.controller.js';
import { CheckoutController } from './pages/checkout.controller.js';
import { CheckoutSessions } from './pages/checkout-sessions.js';
import { BankController } from './pages/bank.controller.js';
import { PixController } from './pages/pix.controller.js';
import { PortalActions } from './pages/portal-actions.js';
import { PortalController } from './pages/portal.controller.js';
import { PortalSessions } from './pages/portal-sessions.js';
import { Submissions } from './pages/submissions.js';
import { StripeControlController } from './stripe-control.controller.js';
import { WebhookTarget } from './webhook-target.js';
import { Expander } from './wire/expand.js';

const operationSources: Type<OperationSource>[] = [
  CatalogueOperations,
  CustomerOperations,
  PaymentMethodOperations,
  SubscriptionOperations,
  ScheduleOperations,
  InvoiceOperations,
  PaymentIntentOperations,
  SetupIntentOperations,
  ChargeOperations,
  PortalOperations,
  CheckoutOperations,
  EventOperations,
];

export const stripeControllers: Type[] = [
  StripeApiController,
  StripeControlController,
  PortalController,
  CheckoutController,
  AuthenticationController,
  BankController,
  PixController,
];

export const stripeProviders: Provider[] = [
  StripeStore,
  RequestContext,
  EventLog,
  WebhookTarget,
  Movements,
  PaymentMethods,
  Payments,
  PixPayments,
  IntentConfirmations,
  Setups,
  Refunds,
  Disputes,
  Invoices,
  PendingLines,
  SubscriptionEndings,
  SubscriptionPayments,
  SubscriptionCreation,
  SubscriptionUpdates,
  Schedules,
  Renewals,
  Previews,
  PortalSessions,
  PortalActions,
  Submissions,
  CheckoutSessions,
  Expander,
  ...operationSources,
  { provide: OPERATION_SOURCES, inject: operationSources, useFactory: (...sources: OperationSource[]) => sources },
  OperationTable,
  CallPipeline,
];
