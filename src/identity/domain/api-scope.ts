/** `service`: the storefront's server. `admin`: people and tools that run the service. Neither contains the other. */
export const API_SCOPES = ['service', 'admin'] as const;
export type ApiScope = (typeof API_SCOPES)[number];
