import type { PlanQuote } from '../clients/api.types.js';
import { formatDate, formatMoney } from '../format.js';
import type { Visit } from '../shop.js';

/** What a change that was made at once has cost, in one sentence. */
export function computeQuoteSummary({ language, texts }: Visit, quote: PlanQuote): string {
  const { charge_now: charge, credit, plan, next_billing_at: next } = quote;
  const words = texts.planChange;
  const money =
    charge.amount > 0
      ? words.wasCharged(formatMoney(language, charge.amount, charge.currency))
      : credit.amount > 0
        ? words.wasCredited(formatMoney(language, credit.amount, credit.currency))
        : words.nothingCharged;
  return [words.done(plan.name), money, ...(next ? [words.renewsNext(formatDate(language, next))] : [])].join(' ');
}
