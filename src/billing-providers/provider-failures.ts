import { ApplicationError } from '../common/errors/index.js';
import { ProviderError } from './provider-error.js';

/** A provider's failure, told to a caller: `provider_refused` or `provider_unavailable`. Anything else is passed on as it is. */
export function toApplicationError(error: unknown): unknown {
  if (!(error instanceof ProviderError)) return error;
  return new ApplicationError(error.outcome === 'refused' ? 'provider_refused' : 'provider_unavailable', {
    cause: error,
  });
}
