/** One way to spread an amount. Minor units. */
export interface Installments {
  readonly count: number;
  /** Each; the first carries the remainder in addition. */
  readonly amount: number;
}

/** How an offer may be spread. */
export interface InstallmentRules {
  readonly maximum: number;
  /** No instalment is smaller; minor units. Null: no limit. */
  readonly minimumAmount: number | null;
}

/**
 * Every number of instalments that can be chosen, the whole amount at once first. Empty when there is nothing to choose: the
 * provider cannot in this currency, or the rules leave only one payment.
 */
export function computeInstallments(
  price: { readonly amount: number; readonly currency: string },
  rules: InstallmentRules,
  capableCurrencies: readonly string[],
): readonly Installments[] {
  if (!capableCurrencies.includes(price.currency)) return [];
  const choices = Array.from({ length: rules.maximum }, (_, index) => index + 1)
    .map((count) => ({ count, amount: Math.floor(price.amount / count) }))
    .filter(({ count, amount }) => count === 1 || amount >= Math.max(1, rules.minimumAmount ?? 1));
  return choices.length > 1 ? choices : [];
}

/** Whether so many instalments may be agreed to: one always may. */
export const isAllowedCount = (count: number, choices: readonly Installments[]): boolean =>
  count === 1 || choices.some((choice) => choice.count === count);
