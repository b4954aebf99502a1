import { CrossSellClaim } from './cross-sell-claim.js';
import { CrossSellCommands } from './cross-sell-commands.js';
import { CrossSellOutcomes } from './cross-sell-outcomes.js';
import { CrossSellProspects } from './cross-sell-prospects.js';
import { CrossSellStates } from './cross-sell-states.js';
import { CrossSellService } from './cross-sell.service.js';
import { CrossSellController } from './http/cross-sell.controller.js';
import { PaymentMethodsController } from './http/payment-methods.controller.js';
import { PaymentMethodsService } from './payment-methods.service.js';
import { CrossSellRepository } from './persistence/cross-sell.repository.js';
import { TriggerRepository } from './persistence/trigger.repository.js';

/** What is offered to existing customers, with no sale before it. */
export const CROSS_SELL_PROVIDERS = [
  CrossSellClaim,
  CrossSellCommands,
  CrossSellOutcomes,
  CrossSellProspects,
  CrossSellRepository,
  CrossSellService,
  CrossSellStates,
  PaymentMethodsService,
  TriggerRepository,
];

export const CROSS_SELL_CONTROLLERS = [CrossSellController, PaymentMethodsController];
