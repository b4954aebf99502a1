import type { ProviderId } from '../providers.js';
import type { CrossSale, Plan, PlanQuote, ProrationMode, ProviderMethods, Subscription } from './api.types.js';
import type { Call, Result } from './call.js';

const GENERAL = '/api/v1/general';
const SUBSCRIPTION = `${GENERAL}/subscription`;

/** One call in the name of the customer. @param idempotencyKey the same key never does the same thing twice */
type CustomerCall = <Body>(call: Omit<Call, 'actor' | 'headers'>, idempotencyKey?: string) => Promise<Result<Body>>;

/** Where a hosted page sends the customer afterwards. */
export interface WaysBack {
  readonly success: string;
  readonly cancel: string;
}

/** What a signed-in customer can ask of Uplift. */
export class CustomerSession {
  private readonly groupQuery: string;

  constructor(
    private readonly groupId: string,
    private readonly call: CustomerCall,
  ) {
    this.groupQuery = new URLSearchParams({ group_id: groupId }).toString();
  }

  listPlans(): Promise<Result<{ plans: readonly Plan[] }>> {
    return this.call({ method: 'GET', path: `${GENERAL}/plans` });
  }

  readSubscription(): Promise<Result<Subscription>> {
    return this.call({ method: 'GET', path: `${SUBSCRIPTION}?${this.groupQuery}` });
  }

  startCheckout(planId: string, provider: ProviderId, back: WaysBack): Promise<Result<{ url: string }>> {
    const body = {
      plan_id: planId,
      group_id: this.groupId,
      provider,
      success_url: back.success,
      cancel_url: back.cancel,
    };
    return this.call({ method: 'POST', path: `${SUBSCRIPTION}/checkout`, body });
  }

  openPortal(returnUrl: string): Promise<Result<{ url: string }>> {
    const body = { return_url: returnUrl, group_id: this.groupId };
    return this.call({ method: 'POST', path: `${SUBSCRIPTION}/billing-portal`, body });
  }

  changePlan(planId: string): Promise<Result<Subscription>> {
    const body = { plan_id: planId, effective: 'renewal', group_id: this.groupId };
    return this.call({ method: 'POST', path: `${SUBSCRIPTION}/change-plan`, body });
  }

  /** What a change would cost now; it stays open for a while, to be executed. */
  previewChange(planId: string, mode: ProrationMode): Promise<Result<PlanQuote>> {
    const body = { plan_id: planId, proration_mode: mode, group_id: this.groupId };
    return this.call({ method: 'POST', path: `${SUBSCRIPTION}/change-plan/preview`, body });
  }

  /** Makes the change that was quoted, at once. */
  executeChange(quoteId: string): Promise<Result<Subscription>> {
    const body = { quote_id: quoteId, when: 'now', group_id: this.groupId };
    return this.call({ method: 'POST', path: `${SUBSCRIPTION}/change-plan`, body }, quoteId);
  }

  /** @param key of this press of the button */
  crossSell(offerId: string, provider: ProviderId, back: WaysBack, key: string): Promise<Result<CrossSale>> {
    const body = {
      offer_id: offerId,
      group_id: this.groupId,
      provider,
      return_url: back.success,
      cancel_url: back.cancel,
    };
    return this.call({ method: 'POST', path: `${GENERAL}/cross-sell`, body }, key);
  }

  listPaymentMethods(): Promise<Result<{ providers: readonly ProviderMethods[] }>> {
    return this.call({ method: 'GET', path: `${GENERAL}/payment-methods` });
  }

  openMethodsPage(provider: ProviderId, returnUrl: string): Promise<Result<{ url: string }>> {
    const body = { provider, return_url: returnUrl };
    return this.call({ method: 'POST', path: `${GENERAL}/payment-methods/update-page`, body });
  }

  undoChange(): Promise<Result<Subscription>> {
    return this.call({ method: 'DELETE', path: `${SUBSCRIPTION}/scheduled-change?${this.groupQuery}` });
  }

  cancel(): Promise<Result<Subscription>> {
    return this.call({ method: 'POST', path: `${SUBSCRIPTION}/cancel`, body: { group_id: this.groupId } });
  }

  resume(): Promise<Result<Subscription>> {
    return this.call({ method: 'POST', path: `${SUBSCRIPTION}/resume`, body: { group_id: this.groupId } });
  }
}
