import type { Plan } from '../../catalog/index.js';
import type { Language } from '../../config/index.js';
import type { PlanQuote } from '../persistence/plan-quote.repository.js';
import type { PlanChangeRequest } from '../persistence/request.repository.js';
import { canManage } from '../subscription-access.js';
import type { SubscriptionView, UserEntitlements } from '../subscription-view.service.js';
import type { Entitlement } from '../domain/entitlement.js';
import type {
  EntitlementDto,
  LatestChangeDto,
  PlanChangeRequestDto,
  PlanSummaryDto,
  ReplaceWarningDto,
  SubscriptionDto,
  SubscriptionPriceDto,
  UserEntitlementsDto,
} from './subscription.dto.js';

/** The plan-change document's question before a pending change is replaced; the Vietnamese text is its own. */
const REPLACE_WARNING: Readonly<Record<Language, (plan: string) => string>> = {
  vi: (plan) => `Bạn đã có thay đổi gói đã lên lịch sang ${plan}. Thay đổi mới sẽ thay thế thay đổi cũ. Tiếp tục?`,
  'pt-BR': (plan) =>
    `Você já tem uma mudança de plano agendada para ${plan}. A nova mudança substituirá a anterior. Continuar?`,
  en: (plan) => `You already have a plan change scheduled to ${plan}. The new change will replace it. Continue?`,
};

export function toSubscriptionResponse(view: SubscriptionView, language: Language): SubscriptionDto {
  const { subscription, group, plans } = view;
  const planOf = (id: string): PlanSummaryDto => toPlan(plans.get(id));
  const scheduled = subscription.scheduledPlanId ? planOf(subscription.scheduledPlanId) : null;
  return {
    id: subscription.uuid,
    group_id: group.externalId,
    provider: subscription.provider,
    status: subscription.status,
    plan: planOf(subscription.planId),
    price: toPrice(view.price),
    scheduled_plan_id: scheduled?.id ?? null,
    scheduled_plan: scheduled,
    scheduled_plan_change_at: toIso(subscription.scheduledPlanChangeAt),
    warning: scheduled ? toWarning(scheduled, language) : null,
    deadline_at: subscription.deadlineAt.toISOString(),
    cancel_at: toIso(subscription.cancelAt),
    canceled_at: toIso(subscription.canceledAt),
    can_manage: canManage(group),
    entitlement: toEntitlement(view.entitlement, plans),
    latest_request: view.latestRequest ? toRequestResponse(view.latestRequest) : null,
    latest_change: view.latestChange ? toChangeResponse(view.latestChange, planOf, view.authenticationUrl) : null,
    history: view.history.map((row) => ({
      type: row.type,
      status: row.status,
      payment_status: row.paymentStatus,
      plan: planOf(row.planId),
      old_plan: row.oldPlanId ? planOf(row.oldPlanId) : null,
      direction: row.direction,
      effective_at: row.effectiveAt.toISOString(),
    })),
  };
}

function toRequestResponse(request: PlanChangeRequest): PlanChangeRequestDto {
  return { id: request.uuid, kind: request.kind, status: request.status, effective_at: toIso(request.effectiveAt) };
}

function toChangeResponse(quote: PlanQuote, planOf: (id: string) => PlanSummaryDto, url?: string): LatestChangeDto {
  const { uuid, status, targetPlanId, failureCode } = quote;
  return { quote_id: uuid, status, plan: planOf(targetPlanId), failure: failureCode, authentication_url: url ?? null };
}

export function toEntitlementsResponse(
  userExternalId: string,
  { groups, products }: UserEntitlements,
): UserEntitlementsDto {
  return {
    user_id: userExternalId,
    entitlements: groups.map(({ groupExternalId, subscriptionUuid, entitlement, plan }) => ({
      group_id: groupExternalId,
      subscription_id: subscriptionUuid,
      ...toEntitlement(entitlement, new Map(entitlement.entitled && plan ? [[entitlement.planId, plan]] : [])),
    })),
    products: products.map(({ product, grant }) => ({
      product_code: product.code,
      product_id: product.uuid,
      status: grant.status,
      granted_at: grant.grantedAt.toISOString(),
      reason: grant.reason,
    })),
  };
}

function toEntitlement(entitlement: Entitlement, plans: ReadonlyMap<string, Plan>): EntitlementDto {
  if (!entitlement.entitled) return { entitled: false, plan: null, until: null, reason: entitlement.reason };
  return {
    entitled: true,
    plan: toPlan(plans.get(entitlement.planId)),
    until: entitlement.until.toISOString(),
    reason: null,
  };
}

const toWarning = (plan: PlanSummaryDto, language: Language): ReplaceWarningDto => ({
  code: 'pending_change_will_be_replaced',
  message: REPLACE_WARNING[language](plan.name),
});

export function toPlan(plan: Plan | undefined): PlanSummaryDto {
  // Rows name plans by foreign key: a missing one is a broken database, not a case.
  if (!plan) throw new Error('a plan that rows refer to does not exist');
  return { id: plan.uuid, code: plan.code, name: plan.name };
}

function toPrice(price: SubscriptionView['price']): SubscriptionPriceDto {
  if (!price) throw new Error('a price that a row refers to does not exist');
  return {
    currency: price.currency,
    unit_amount: price.unitAmount,
    billing_interval: price.billingInterval,
    interval_count: price.intervalCount,
  };
}

const toIso = (date: Date | null): string | null => date?.toISOString() ?? null;
