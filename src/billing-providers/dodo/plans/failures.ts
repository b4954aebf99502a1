import { ProviderError } from '../../provider-error.js';

export const refusal = (code: string, message: string): ProviderError =>
  new ProviderError('refused', message, { providerCode: code });

/** Dodo answered no, so nothing was changed. @param code its own word; without one, any */
export const isRefused = (error: unknown, code?: string): error is ProviderError =>
  error instanceof ProviderError &&
  error.outcome === 'refused' &&
  (code === undefined || error.details.providerCode === code);

/** Readings after money was asked for: whatever fails then, even by a no, says nothing about the money. */
export async function afterMoney<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw new ProviderError('unknown', error.message, error.details);
  }
}

/**
 * What follows a step that was done: failing to do it leaves the whole half done, so it is `unknown`, never `unavailable`.
 * The step itself is read, not repeated, when the whole is done again.
 */
export async function carryOn<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProviderError) || error.outcome !== 'unavailable') throw error;
    throw new ProviderError('unknown', error.message, error.details);
  }
}
