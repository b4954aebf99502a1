import type { Stripe } from 'stripe';

type Phase = Stripe.SubscriptionSchedule.Phase;
type PhaseParameters = Stripe.SubscriptionScheduleUpdateParams.Phase;

export interface WantedChange {
  readonly targetPriceId: string;
  /** Undefined for a metered price. */
  readonly quantity: number | undefined;
  /** When the current period ends: seconds since 1970. */
  readonly effectiveAt: number;
  /** Our request's id. */
  readonly requestId: string;
}

const REQUEST_KEY = 'uplift_request_id';

const idOf = (reference: string | { readonly id: string }): string =>
  typeof reference === 'string' ? reference : reference.id;

/** The phase that is in force, undefined when the schedule has not begun. */
export const currentPhaseOf = (schedule: Stripe.SubscriptionSchedule): Phase | undefined =>
  schedule.phases.find((phase) => phase.start_date === schedule.current_phase?.start_date);

/** The first phase that has not begun, undefined when the schedule has nothing more to do. */
export const nextPhaseOf = (schedule: Stripe.SubscriptionSchedule): Phase | undefined =>
  schedule.phases.find((phase) => phase.start_date >= (schedule.current_phase?.end_date ?? Number.POSITIVE_INFINITY));

/** Whether an earlier try of the same request has already made the schedule what it should be. */
export function isAlreadyWanted(schedule: Stripe.SubscriptionSchedule, wanted: WantedChange): boolean {
  const next = nextPhaseOf(schedule);
  const [item] = next?.items ?? [];
  return (
    schedule.metadata?.[REQUEST_KEY] === wanted.requestId &&
    schedule.end_behavior === 'release' &&
    next?.start_date === wanted.effectiveAt &&
    next === schedule.phases.at(-1) &&
    next.items.length === 1 &&
    item !== undefined &&
    idOf(item.price) === wanted.targetPriceId &&
    item.quantity === wanted.quantity
  );
}

/**
 * The update that makes the plan switch when the current period ends. Stripe wants the current and all future phases at
 * every update (docs.stripe.com/billing/subscriptions/subscription-schedules): the current one is sent back as it is, and
 * one phase with the target price takes the place of whatever was to follow. The quantity is repeated because it falls back
 * to one otherwise. Nothing is prorated: the switch is at a boundary, and the current phase does not change.
 */
export function toUpdate(current: Phase, wanted: WantedChange): Stripe.SubscriptionScheduleUpdateParams {
  const item = current.items[0];
  const next: PhaseParameters = {
    ...toLastingSettings(current),
    items: [
      {
        price: wanted.targetPriceId,
        ...(wanted.quantity === undefined ? {} : { quantity: wanted.quantity }),
        ...toTaxRates(item?.tax_rates),
      },
    ],
    start_date: wanted.effectiveAt,
    proration_behavior: 'none',
  };
  return {
    phases: [toUnchanged(current, wanted.effectiveAt), next],
    end_behavior: 'release',
    proration_behavior: 'none',
    metadata: { [REQUEST_KEY]: wanted.requestId, source: 'uplift' },
  };
}

/** `add_invoice_items` is left out on purpose: they were billed when the phase began. */
function toUnchanged(phase: Phase, endAt: number): PhaseParameters {
  return {
    ...toLastingSettings(phase),
    items: phase.items.map(toUnchangedItem),
    start_date: phase.start_date,
    end_date: endAt,
    proration_behavior: phase.proration_behavior,
    ...(phase.trial_end === null || phase.trial_end === undefined ? {} : { trial_end: phase.trial_end }),
    ...toMetadata(phase.metadata),
  };
}

function toUnchangedItem(item: Phase['items'][number]): PhaseParameters['items'][number] {
  return {
    price: idOf(item.price),
    ...(item.quantity === undefined ? {} : { quantity: item.quantity }),
    ...toTaxRates(item.tax_rates),
    ...toDiscounts(item.discounts),
    ...toMetadata(item.metadata),
  };
}

/** What belongs to the customer's agreement rather than to the plan goes on in the next phase. */
function toLastingSettings(phase: Phase): Omit<PhaseParameters, 'items'> {
  const { collection_method, default_payment_method, default_tax_rates, description, discounts } = phase;
  return {
    ...(collection_method ? { collection_method } : {}),
    ...(default_payment_method ? { default_payment_method: idOf(default_payment_method) } : {}),
    ...(default_tax_rates?.length ? { default_tax_rates: default_tax_rates.map(idOf) } : {}),
    ...(description ? { description } : {}),
    ...toDiscounts(discounts),
  };
}

type DiscountReference = Phase['discounts'][number];
type DiscountParameter = { readonly discount?: string; readonly promotion_code?: string; readonly coupon?: string };

/** A running discount goes on as the same one, so that its end stays; a promotion code that was not used yet stays one. */
function toDiscounts(discounts: readonly DiscountReference[] | null | undefined): { discounts?: DiscountParameter[] } {
  const references = (discounts ?? []).flatMap(({ discount, promotion_code: code, coupon }): DiscountParameter[] => {
    if (discount) return [{ discount: idOf(discount) }];
    if (code) return [{ promotion_code: idOf(code) }];
    return coupon ? [{ coupon: idOf(coupon) }] : [];
  });
  return references.length > 0 ? { discounts: references } : {};
}

const toTaxRates = (rates: readonly Stripe.TaxRate[] | null | undefined) =>
  rates?.length ? { tax_rates: rates.map(idOf) } : {};

const toMetadata = (metadata: Stripe.Metadata | null | undefined) =>
  metadata && Object.keys(metadata).length > 0 ? { metadata } : {};
