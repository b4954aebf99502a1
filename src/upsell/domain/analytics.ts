import type { UpsellEventType } from './upsell-event.js';

export const ANALYTICS_GROUPINGS = ['step', 'offer', 'version', 'day'] as const;
export type AnalyticsGrouping = (typeof ANALYTICS_GROUPINGS)[number];

/** How often something happened in a group, and what it moved. */
export interface EventCount {
  readonly type: UpsellEventType;
  readonly count: number;
  /** ISO 4217; null: no money moved. */
  readonly currency: string | null;
  /** Minor units of `currency`, the sum of all; 0 without a currency. */
  readonly amount: number;
}

/** Minor units of `currency`. */
export interface Revenue {
  readonly currency: string;
  readonly gross: number;
  readonly refunded: number;
  /** Below zero where more was refunded in the period than paid in it. */
  readonly net: number;
  /** `net` for each impression, rounded to hundredths of a minor unit; null without impressions. */
  readonly perImpression: number | null;
}

export interface Figures {
  readonly impressions: number;
  readonly accepts: number;
  readonly declines: number;
  readonly failures: number;
  readonly fallbacks: number;
  readonly expiries: number;
  readonly paid: number;
  /** `paid` for each impression, from 0 on; null without impressions. */
  readonly takeRate: number | null;
  /** By currency: amounts of different currencies are never added. */
  readonly revenue: readonly Revenue[];
}

/** What the events of one group come to. */
export function computeFigures(counts: readonly EventCount[]): Figures {
  const countOf = (type: UpsellEventType): number =>
    sum(
      counts.filter((item) => item.type === type),
      'count',
    );
  const impressions = countOf('impression');
  const paid = countOf('paid');
  return {
    impressions,
    accepts: countOf('accept'),
    declines: countOf('decline'),
    failures: countOf('failure'),
    fallbacks: countOf('fallback'),
    expiries: countOf('expiry'),
    paid,
    takeRate: impressions === 0 ? null : paid / impressions,
    revenue: computeRevenue(counts, impressions),
  };
}

function computeRevenue(counts: readonly EventCount[], impressions: number): Revenue[] {
  // An accepted offer has an amount too, but only what was paid is revenue.
  const moved = counts.filter(({ type }) => type === 'paid' || type === 'refund');
  const currencies = [...new Set(moved.flatMap(({ currency }) => currency ?? []))].toSorted();
  return currencies.map((currency) => {
    const ofCurrency = moved.filter((item) => item.currency === currency);
    const gross = sum(
      ofCurrency.filter(({ type }) => type === 'paid'),
      'amount',
    );
    const refunded = sum(
      ofCurrency.filter(({ type }) => type === 'refund'),
      'amount',
    );
    const net = gross - refunded;
    const perImpression = impressions === 0 ? null : Math.round((net * 100) / impressions) / 100;
    return { currency, gross, refunded, net, perImpression };
  });
}

const sum = (counts: readonly EventCount[], member: 'count' | 'amount'): number =>
  counts.reduce((total, item) => total + item[member], 0);
