import type { PlanQuote } from '../subscription/index.js';
import type { QuoteView } from './domain/view.js';

/** What an upgrade costs now. @param terms digest of all that would be agreed to */
export const toQuoteView = (quote: PlanQuote, terms: string): QuoteView => ({
  quote_id: quote.uuid,
  amount: quote.amountDue,
  currency: quote.currency,
  method: quote.method && { brand: quote.method.brand, last4: quote.method.last4 },
  expires_at: quote.expiresAt.toISOString(),
  terms,
});
