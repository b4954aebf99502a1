import type { Provider, Type } from '@nestjs/common';
import { DodoCallPipeline } from './api/call-pipeline.js';
import { CheckoutOperations } from './api/checkout.operations.js';
import { CustomerOperations } from './api/customer.operations.js';
import { DisputeOperations } from './api/dispute.operations.js';
import { DodoApiController } from './api/dodo-api.controller.js';
import type { OperationSource } from './api/operation.js';
import { DODO_OPERATION_SOURCES, DodoOperationTable } from './api/operation-table.js';
import { PaymentOperations } from './api/payment.operations.js';
import { ProductOperations } from './api/product.operations.js';
import { RefundOperations } from './api/refund.operations.js';
import { DodoControlController } from './dodo-control.controller.js';
import { DodoStore } from './objects/dodo-store.js';
import { DodoEventLog } from './objects/event-log.js';
import { DodoMovements } from './objects/movements.js';
import { PaymentTaking } from './objects/payment-taking.js';
import { DodoAuthenticationController } from './pages/authentication.controller.js';
import { DodoBrowseController } from './pages/browse.controller.js';
import { DodoCheckoutController } from './pages/checkout.controller.js';
import { Carts } from './payments/carts.js';
import { CheckoutPreviews } from './payments/checkout-previews.js';
import { Checkouts } from './payments/checkouts.js';
import { Customers } from './payments/customers.js';
import { DodoDisputes } from './payments/disputes.js';
import { DodoPaymentMethods } from './payments/payment-methods.js';
import { DodoRefunds } from './payments/refunds.js';
import {
  subscriptionControllers,
  subscriptionOperationSources,
  subscriptionProviders,
} from './subscriptions/subscription.providers.js';
import { DodoWebhookTarget } from './webhook-target.js';

const operationSources: Type<OperationSource>[] = [
  CustomerOperations,
  ProductOperations,
  CheckoutOperations,
  PaymentOperations,
  RefundOperations,
  DisputeOperations,
  ...subscriptionOperationSources,
];

export const dodoControllers: Type[] = [
  DodoApiController,
  DodoControlController,
  DodoBrowseController,
  DodoCheckoutController,
  DodoAuthenticationController,
  ...subscriptionControllers,
];

export const dodoProviders: Provider[] = [
  DodoStore,
  DodoWebhookTarget,
  DodoEventLog,
  DodoMovements,
  PaymentTaking,
  Customers,
  DodoPaymentMethods,
  Carts,
  CheckoutPreviews,
  Checkouts,
  DodoRefunds,
  DodoDisputes,
  ...subscriptionProviders,
  ...operationSources,
  { provide: DODO_OPERATION_SOURCES, inject: operationSources, useFactory: (...sources: OperationSource[]) => sources },
  DodoOperationTable,
  DodoCallPipeline,
];
