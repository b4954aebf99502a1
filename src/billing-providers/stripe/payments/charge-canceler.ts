import { randomUUID } from 'node:crypto';
import type { ChargeQuery } from '../../billing-provider.js';
import type { ChargeOutcome } from '../../domain/charge.js';
import { ProviderError } from '../../provider-error.js';
import type { StripeCalls } from '../stripe-calls.js';
import type { ChargeFinder } from './charge-finder.js';

const isFinal = ({ status }: ChargeOutcome): boolean => status !== 'pending' && status !== 'requires_action';

/**
 * Makes an attempt terminal at Stripe. What is said afterwards is read, not concluded: somebody may have paid in between,
 * and then the cancellation is refused and the payment told.
 */
export class ChargeCanceler {
  constructor(
    private readonly calls: StripeCalls,
    private readonly finder: ChargeFinder,
  ) {}

  /** @throws ProviderError `refused` when Stripe keeps it open (a payment on its way); `unknown` when it is not found */
  async cancelCharge(query: ChargeQuery): Promise<ChargeOutcome> {
    const found = await this.finder.findCharge(query);
    // What was sent and is not listed may still arrive: nothing can be promised of it.
    if (!found) throw new ProviderError('unknown', 'the charge is not found', { providerCode: 'charge_not_found' });
    const known: ChargeQuery = { ...query, references: { ...query.references, ...found.references } };
    switch (query.kind) {
      case 'one_click':
      case 'pix':
        return this.cancelIntent(known, found);
      case 'checkout':
        return this.cancelCheckout(known, found);
      case 'start_plan':
      case 'change_plan':
      case 'refund':
        return found;
      default:
        return query.kind satisfies never;
    }
  }

  /** A failed or expired one too: its payment could still be confirmed. */
  private async cancelIntent(query: ChargeQuery, found: ChargeOutcome): Promise<ChargeOutcome> {
    const { paymentId } = query.references;
    if (found.status === 'succeeded' || found.status === 'canceled' || paymentId === undefined) return found;
    await this.tryTo('payment_intents.cancel', `${paymentId}:cancel`, (stripe, options) =>
      stripe.paymentIntents.cancel(paymentId, {}, options),
    );
    return this.readFinal(query);
  }

  /**
   * An open page is closed with its payment. A completed one cannot be closed any more, but the payment that it waits for, or
   * that failed, can perhaps be canceled.
   */
  private async cancelCheckout(query: ChargeQuery, found: ChargeOutcome): Promise<ChargeOutcome> {
    const after = isFinal(found) ? found : await this.closePage(query);
    const { paymentId } = after.references;
    if (after.status === 'succeeded' || after.status === 'canceled' || paymentId === undefined)
      return requireFinal(after);
    await this.tryTo('payment_intents.cancel', `${paymentId}:cancel`, (stripe, options) =>
      stripe.paymentIntents.cancel(paymentId, {}, options),
    );
    return this.readFinal(query);
  }

  private async closePage(query: ChargeQuery): Promise<ChargeOutcome> {
    const { checkoutId } = query.references;
    if (checkoutId !== undefined) {
      await this.tryTo('checkout.sessions.expire', `${checkoutId}:expire`, (stripe, options) =>
        stripe.checkout.sessions.expire(checkoutId, {}, options),
      );
    }
    return this.read(query);
  }

  /** Refused: it is in a state that cannot be canceled, which the reading afterwards tells. A fresh key, for a fresh answer. */
  private async tryTo(operation: string, step: string, call: Parameters<StripeCalls['write']>[2]): Promise<void> {
    try {
      await this.calls.write(operation, `${step}:${randomUUID()}`, call);
    } catch (error) {
      if (!(error instanceof ProviderError) || error.outcome !== 'refused') throw error;
    }
  }

  private async readFinal(query: ChargeQuery): Promise<ChargeOutcome> {
    return requireFinal(await this.read(query));
  }

  private async read(query: ChargeQuery): Promise<ChargeOutcome> {
    const outcome = await this.finder.findCharge(query);
    if (outcome) return outcome;
    throw new ProviderError('unknown', 'the charge is not found any more', { providerCode: 'charge_not_found' });
  }
}

function requireFinal(outcome: ChargeOutcome): ChargeOutcome {
  if (isFinal(outcome)) return outcome;
  throw new ProviderError('refused', 'the charge cannot be canceled now', { providerCode: 'charge_not_cancelable' });
}
