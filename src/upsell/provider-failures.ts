import { toApplicationError } from '../billing-providers/index.js';

/**
 * The answer of a call that moves no money.
 *
 * @throws ApplicationError provider_refused, provider_unavailable
 */
export async function asked<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    throw toApplicationError(error);
  }
}
