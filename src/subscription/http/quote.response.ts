import type { Language } from '../../config/index.js';
import type { ExceededLimit } from '../domain/plan-limits.js';
import { quotedAtOf } from '../domain/plan-quote.js';
import type { ShownQuote } from '../immediate-change.service.js';
import type { BilledMethodDto, QuoteDto } from './plan-change.dto.js';
import { toPlan } from './to-response.js';

const EXCEEDED: Readonly<Record<Language, (reason: ExceededLimit) => string>> = {
  vi: ({ limit, used, allowed }) => `${limit}: đang dùng ${used}, gói cho phép ${allowed}`,
  'pt-BR': ({ limit, used, allowed }) => `${limit}: ${used} em uso, o plano permite ${allowed}`,
  en: ({ limit, used, allowed }) => `${limit}: ${used} used, ${allowed} allowed`,
};

export function toQuoteResponse({ quote, plan, currentPlan, limits }: ShownQuote, language: Language): QuoteDto {
  const { currency } = quote;
  return {
    quote_id: quote.uuid,
    mode: quote.mode,
    charge_now: { amount: quote.amountDue, currency },
    credit: { amount: quote.credit, currency },
    effective_at: quotedAtOf(quote).toISOString(),
    next_billing_at: quote.nextBillingAt?.toISOString() ?? null,
    plan: toPlan(plan),
    current_plan: toPlan(currentPlan),
    method: toMethod(quote.method),
    replaces_scheduled_change: quote.replacedPlanId !== null,
    expires_at: quote.expiresAt.toISOString(),
    downgrade: {
      allowed: limits.decision === 'allow',
      decision: limits.decision,
      reasons: limits.exceeded.map((reason) => ({ ...reason, message: EXCEEDED[language](reason) })),
    },
  };
}

function toMethod(method: ShownQuote['quote']['method']): BilledMethodDto | null {
  if (method?.brand === undefined || method.last4 === undefined) return null;
  return { brand: method.brand, last4: method.last4 };
}
