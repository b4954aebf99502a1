import type { Provider, Type } from '@nestjs/common';
import type { OperationSource } from '../api/operation.js';

/** The half of the Dodo side that knows subscriptions. */
export const subscriptionOperationSources: Type<OperationSource>[] = [];

export const subscriptionControllers: Type[] = [];

export const subscriptionProviders: Provider[] = [];
