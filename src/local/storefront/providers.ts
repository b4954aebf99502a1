/** Where the shop lets its customers pay. Its names are names of companies, the same in every language. */
export const PROVIDERS = [
  { id: 'stripe', name: 'Stripe' },
  { id: 'dodo', name: 'Dodo Payments' },
] as const;

export type ProviderId = (typeof PROVIDERS)[number]['id'];

export const DEFAULT_PROVIDER: ProviderId = 'stripe';

export const findProvider = (id: string | undefined | null): ProviderId | undefined =>
  PROVIDERS.find((provider) => provider.id === id)?.id;

export const providerName = (id: ProviderId): string => PROVIDERS.find((provider) => provider.id === id)?.name ?? id;
