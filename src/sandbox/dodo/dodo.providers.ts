import type { Provider, Type } from '@nestjs/common';
import { DodoCallPipeline } from './api/call-pipeline.js';
import { CustomerOperations } from './api/customer.operations.js';
import { DodoApiController } from './api/dodo-api.controller.js';
import type { OperationSource } from './api/operation.js';
import { DODO_OPERATION_SOURCES, DodoOperationTable } from './api/operation-table.js';
import { ProductOperations } from './api/product.operations.js';
import { DodoStore } from './objects/dodo-store.js';
import { DodoEventLog } from './objects/event-log.js';
import { DodoMovements } from './objects/movements.js';
import { PaymentTaking } from './objects/payment-taking.js';
import {
  subscriptionControllers,
  subscriptionOperationSources,
  subscriptionProviders,
} from './subscriptions/subscription.providers.js';
import { DodoWebhookTarget } from './webhook-target.js';

const operationSources: Type<OperationSource>[] = [
  CustomerOperations,
  ProductOperations,
  ...subscriptionOperationSources,
];

export const dodoControllers: Type[] = [DodoApiController, ...subscriptionControllers];

export const dodoProviders: Provider[] = [
  DodoStore,
  DodoWebhookTarget,
  DodoEventLog,
  DodoMovements,
  PaymentTaking,
  ...subscriptionProviders,
  ...operationSources,
  { provide: DODO_OPERATION_SOURCES, inject: operationSources, useFactory: (...sources: OperationSource[]) => sources },
  DodoOperationTable,
  DodoCallPipeline,
];
