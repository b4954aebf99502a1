import { CrossSellClaim } from './cross-sell-claim.js';
import { CrossSellCommands } from './cross-sell-commands.js';
import { CrossSellMethods } from './cross-sell-methods.js';
import { CrossSellOutcomes } from './cross-sell-outcomes.js';
import { CrossSellProspects } from './cross-sell-prospects.js';
import { CrossSellStates } from './cross-sell-states.js';
import { CrossSellService } from './cross-sell.service.js';
import { EligibilitySessions } from './eligibility-sessions.js';
import { EligibilityTriggers } from './eligibility-triggers.js';
import { EligibilityUpgrades } from './eligibility-upgrades.js';
import { EligibilityService } from './eligibility.service.js';
import { CrossSellController } from './http/cross-sell.controller.js';
import { EligibilityController } from './http/eligibility.controller.js';
import { PaymentMethodsController } from './http/payment-methods.controller.js';
import { TriggersController } from './http/triggers.controller.js';
import { UpsellRulesController } from './http/upsell-rules.controller.js';
import { PaymentMethodsService } from './payment-methods.service.js';
import { CrossSellRepository } from './persistence/cross-sell.repository.js';
import { EligibilityRepository } from './persistence/eligibility.repository.js';
import { TriggerRepository } from './persistence/trigger.repository.js';
import { UpsellRuleRepository } from './persistence/upsell-rule.repository.js';
import { TriggersService } from './triggers.service.js';
import { UpsellRulesService } from './upsell-rules.service.js';

/** What existing customers are offered without a page, and buy with no sale before it. */
export const CROSS_SELL_PROVIDERS = [
  CrossSellClaim,
  CrossSellCommands,
  CrossSellMethods,
  CrossSellOutcomes,
  CrossSellProspects,
  CrossSellRepository,
  CrossSellService,
  CrossSellStates,
  EligibilityRepository,
  EligibilityService,
  EligibilitySessions,
  EligibilityTriggers,
  EligibilityUpgrades,
  PaymentMethodsService,
  TriggerRepository,
  TriggersService,
  UpsellRuleRepository,
  UpsellRulesService,
];

export const CROSS_SELL_CONTROLLERS = [
  CrossSellController,
  EligibilityController,
  PaymentMethodsController,
  TriggersController,
  UpsellRulesController,
];
