import type { ApiScope } from './api-scope.js';

export interface ApiKeyDetails {
  readonly name: string;
  /** First characters of the key. */
  readonly prefix: string;
  readonly scopes: readonly ApiScope[];
}

export interface ApiKey extends ApiKeyDetails {
  readonly id: string;
  readonly uuid: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** Whoever calls with an API key; `prefix` is what logs call it, never the key itself. */
export interface ApiCaller {
  readonly prefix: string;
  readonly scopes: readonly ApiScope[];
}

const LAST_USE_PRECISION_MILLISECONDS = 60_000;

/** Whether the recorded last use is so old that it is worth a write. */
export const isLastUseStale = (key: ApiKey, now: Date): boolean =>
  key.lastUsedAt === null || now.getTime() - key.lastUsedAt.getTime() > LAST_USE_PRECISION_MILLISECONDS;
