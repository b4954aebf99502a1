import { ProviderError } from '../billing-providers/index.js';
import { ApplicationError } from '../common/errors/index.js';

/**
 * The answer of a call that changes nothing at the provider.
 *
 * @throws ApplicationError provider_refused, provider_unavailable
 */
export async function asked<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const code = error.outcome === 'refused' ? 'provider_refused' : 'provider_unavailable';
    throw new ApplicationError(code, { cause: error });
  }
}
