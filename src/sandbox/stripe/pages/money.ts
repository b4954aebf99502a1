import type { Price } from '../objects/wire-types.js';

/** Currencies without minor units: https://docs.stripe.com/currencies#zero-decimal */
const ZERO_DECIMAL = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf'.split(' '));

export function formatMoney(amount: number, currency: string): string {
  const isWhole = ZERO_DECIMAL.has(currency);
  return new Intl.NumberFormat('en', { style: 'currency', currency }).format(isWhole ? amount : amount / 100);
}

export function formatPrice(price: Price): string {
  const amount = formatMoney(price.unit_amount ?? 0, price.currency);
  if (!price.recurring) return amount;
  const { interval, interval_count: count } = price.recurring;
  return `${amount} every ${count === 1 ? interval : `${count} ${interval}s`}`;
}

export const formatDate = (seconds: number): string =>
  new Date(seconds * 1000).toLocaleDateString('en', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });

export const formatMoment = (seconds: number): string => new Date(seconds * 1000).toUTCString();
