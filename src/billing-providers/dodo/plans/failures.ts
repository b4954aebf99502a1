import { ProviderError } from '../../provider-error.js';

/** What we refuse ourselves before Dodo is asked: nothing was changed there. */
export const refusal = (code: string, message: string): ProviderError =>
  new ProviderError('refused', message, { providerCode: code });

/** Dodo answered no, so nothing was changed. @param code its own word; without one, any */
export const isRefused = (error: unknown, code?: string): error is ProviderError =>
  error instanceof ProviderError &&
  error.outcome === 'refused' &&
  (code === undefined || error.details.providerCode === code);
