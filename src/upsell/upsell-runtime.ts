import { AcceptClaim } from './accept-claim.js';
import { AcceptContexts } from './accept-contexts.js';
import { AcceptService } from './accept.service.js';
import { AttemptOutcomes } from './attempt-outcomes.js';
import { ChargeCommands } from './charge-commands.js';
import { UpsellTokenGuard } from './http/upsell-token.guard.js';
import { SaleReader } from './jobs/sale-reader.js';
import { SessionSweep } from './jobs/session-sweep.js';
import { MerchantMessages } from './merchant-messages.js';
import { MoneyEvents } from './money-events.js';
import { DecisionRepository } from './persistence/decision.repository.js';
import { EventRepository } from './persistence/event.repository.js';
import { KnownPaymentRepository } from './persistence/known-payment.repository.js';
import { SaleItemRepository } from './persistence/sale-item.repository.js';
import { SaleRepository } from './persistence/sale.repository.js';
import { SessionRepository } from './persistence/session.repository.js';
import { PurchasesUnderWay } from './purchases-under-way.js';
import { Refusals } from './refusals.js';
import { RefundsService } from './refunds.service.js';
import { ReturnedMoney } from './returned-money.js';
import { SaleClaimsService } from './sale-claims.service.js';
import { SaleFacts } from './sale-facts.js';
import { SaleRecorder } from './sale-recorder.js';
import { SalesService } from './sales.service.js';
import { SessionProgress } from './session-progress.js';
import { SessionService } from './session.service.js';
import { Showcase } from './showcase.js';
import { SoldOffers } from './sold-offers.js';
import { ThankYouService } from './thank-you.service.js';
import { UpsellLinks } from './upsell-links.js';
import { UpsellTokens } from './upsell-tokens.js';
import { ViewService } from './view.service.js';
import { Visits } from './visits.js';
import { WaitingReturns } from './waiting-returns.js';

/** Sales, sessions and what moves their money; how funnels are made is the module's other half. */
export const RUNTIME_PROVIDERS = [
  AcceptClaim,
  AcceptContexts,
  AcceptService,
  AttemptOutcomes,
  ChargeCommands,
  DecisionRepository,
  EventRepository,
  KnownPaymentRepository,
  MerchantMessages,
  MoneyEvents,
  PurchasesUnderWay,
  Refusals,
  RefundsService,
  ReturnedMoney,
  SaleClaimsService,
  SaleFacts,
  SaleItemRepository,
  SaleReader,
  SaleRecorder,
  SaleRepository,
  SalesService,
  SessionProgress,
  SessionRepository,
  SessionService,
  SessionSweep,
  Showcase,
  SoldOffers,
  ThankYouService,
  UpsellLinks,
  UpsellTokenGuard,
  UpsellTokens,
  ViewService,
  Visits,
  WaitingReturns,
];
