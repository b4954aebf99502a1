import {
  BillingProvider,
  PRORATION_MODES,
  type ChargeCommand,
  type ChargeOutcome,
  type ChargeQuery,
  type ProviderCapabilities,
} from '../../../src/billing-providers/index.js';

/** What the provider does when it is asked: answers, throws, or whatever else happens until it answers. */
export type Answer = ChargeOutcome | Error | undefined | (() => Promise<ChargeOutcome | undefined>);

export interface ProviderCall {
  readonly method: string;
  readonly attemptId: string;
  readonly command?: ChargeCommand;
  readonly query?: ChargeQuery;
}

const notPlayed = (): never => {
  throw new Error('this provider plays no such part');
};

export const CAPABILITIES: ProviderCapabilities = {
  scheduledChanges: true,
  billingPortal: true,
  portalSchedulesUpgrades: false,
  installments: [],
  pix: ['BRL'],
  prorationModes: PRORATION_MODES,
  sellsOwnProducts: false,
  cancelsOpenPayments: true,
  repeatsCharges: true,
};

/** A provider that answers what a test tells it to, in the order in which it was told, and keeps who asked what. */
export class ScriptedProvider extends BillingProvider {
  readonly name = 'stripe';
  /** As a test needs them. */
  capabilities = CAPABILITIES;
  readonly livemode = false;
  readonly calls: ProviderCall[] = [];
  readonly endedSubscriptions: string[] = [];
  private answers: Answer[] = [];

  will(...answers: Answer[]): void {
    this.answers.push(...answers);
  }

  /** Everything forgotten, as before the first test. */
  reset(): void {
    this.calls.length = 0;
    this.endedSubscriptions.length = 0;
    this.answers = [];
    this.capabilities = CAPABILITIES;
  }

  methods(): string[] {
    return this.calls.map(({ method }) => method);
  }

  chargeOneClick = (command: ChargeCommand, attemptId: string) => this.charge('chargeOneClick', command, attemptId);
  createCheckout = (command: ChargeCommand, attemptId: string) => this.charge('createCheckout', command, attemptId);
  createPixCharge = (command: ChargeCommand, attemptId: string) => this.charge('createPixCharge', command, attemptId);
  startPlan = (command: ChargeCommand, attemptId: string) => this.charge('startPlan', command, attemptId);
  changePlan = (command: ChargeCommand, attemptId: string) => this.charge('changePlan', command, attemptId);
  refund = (command: ChargeCommand, attemptId: string) => this.charge('refund', command, attemptId);

  findCharge(query: ChargeQuery): Promise<ChargeOutcome | undefined> {
    return this.answer({ method: 'findCharge', attemptId: query.attemptId, query });
  }

  async cancelCharge(query: ChargeQuery): Promise<ChargeOutcome> {
    return (await this.answer({ method: 'cancelCharge', attemptId: query.attemptId, query })) as ChargeOutcome;
  }

  async cancelAtPeriodEnd({ subscriptionId }: { subscriptionId: string }): Promise<void> {
    this.endedSubscriptions.push(subscriptionId);
  }

  verifyWebhook = notPlayed;
  normalise = notPlayed;
  createCustomer = notPlayed;
  createSubscriptionCheckout = notPlayed;
  createPortalSession = notPlayed;
  fetchSubscription = notPlayed;
  schedulePlanChange = notPlayed;
  cancelScheduledChange = notPlayed;
  resume = notPlayed;
  listPaymentMethods = notPlayed;
  findPayment = notPlayed;
  previewPlanChange = notPlayed;
  listSubscriptions = notPlayed;
  findSubscription = notPlayed;
  listMoney = notPlayed;
  readPayment = notPlayed;

  private async charge(method: string, command: ChargeCommand, attemptId: string): Promise<ChargeOutcome> {
    return (await this.answer({ method, attemptId, command })) as ChargeOutcome;
  }

  private async answer(call: ProviderCall): Promise<ChargeOutcome | undefined> {
    this.calls.push(call);
    if (this.answers.length === 0) throw new Error(`nobody said what ${call.method} answers`);
    const answer = this.answers.shift();
    if (answer instanceof Error) throw answer;
    return typeof answer === 'function' ? answer() : answer;
  }
}
