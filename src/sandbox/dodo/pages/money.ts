import type { Price } from '../objects/wire-types.js';

/** Amounts are in minor units, of which some currencies have none and some have three. */
export function formatMoney(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

export function formatInterval(price: Price): string {
  if (price.type === 'one_time_price') return '';
  const { payment_frequency_count: count, payment_frequency_interval: interval } = price;
  const unit = interval.toLowerCase();
  return ` every ${count === 1 ? unit : `${count} ${unit}s`}`;
}
