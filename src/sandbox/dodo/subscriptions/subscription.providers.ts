import type { Provider, Type } from '@nestjs/common';
import type { OperationSource } from '../api/operation.js';
import { SubscriptionStarter } from '../objects/subscription-starter.js';
import { DodoPortalCardController } from '../pages/portal-card.controller.js';
import { PortalSubmissions } from '../pages/portal-submissions.js';
import { DodoPortalController } from '../pages/portal.controller.js';
import { AddonOperations } from './addon.operations.js';
import { MethodUpdates } from './method-updates.js';
import { PlanChangeOperations } from './plan-change.operations.js';
import { PlanChanges } from './plan-changes.js';
import { PortalActions } from './portal-actions.js';
import { Recoveries } from './recoveries.js';
import { Renewals } from './renewals.js';
import { SubscriptionCharges } from './subscription-charges.js';
import { SubscriptionCredits } from './subscription-credits.js';
import { SubscriptionEndings } from './subscription-endings.js';
import { SubscriptionOperations } from './subscription.operations.js';
import { SubscriptionPeriods } from './subscription-periods.js';
import { SubscriptionPlans } from './subscription-plans.js';
import { SubscriptionStarts } from './subscription-starts.js';
import { SubscriptionUpdates } from './subscription-updates.js';

/** The half of the Dodo side that knows subscriptions. */
export const subscriptionOperationSources: Type<OperationSource>[] = [
  SubscriptionOperations,
  PlanChangeOperations,
  AddonOperations,
];

export const subscriptionControllers: Type[] = [DodoPortalCardController, DodoPortalController];

export const subscriptionProviders: Provider[] = [
  SubscriptionPlans,
  SubscriptionPeriods,
  SubscriptionCredits,
  SubscriptionCharges,
  SubscriptionEndings,
  Renewals,
  Recoveries,
  PlanChanges,
  MethodUpdates,
  SubscriptionUpdates,
  PortalActions,
  PortalSubmissions,
  SubscriptionStarts,
  { provide: SubscriptionStarter, useExisting: SubscriptionStarts },
];
