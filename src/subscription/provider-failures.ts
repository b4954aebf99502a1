import { ProviderError } from '../billing-providers/index.js';
import { ApplicationError } from '../common/errors/index.js';

/** A provider's failure, told to a caller. Anything else is passed on as it is. */
export function toApplicationError(error: unknown): unknown {
  if (!(error instanceof ProviderError)) return error;
  return new ApplicationError(error.outcome === 'refused' ? 'provider_refused' : 'provider_unavailable', {
    cause: error,
  });
}
