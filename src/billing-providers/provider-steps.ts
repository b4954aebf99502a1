import { ProviderError } from './provider-error.js';

/** Of what goes before the call that changes something: until then nothing is done, whatever fails. */
export const nothingDone = <Result>(step: () => Promise<Result>): Promise<Result> =>
  retold(step, 'unavailable', ({ outcome }) => outcome === 'unknown');

/**
 * What follows a step that was done: failing to do it leaves the whole half done, so it is `unknown`, never `unavailable`.
 * The step itself is read, not repeated, when the whole is done again.
 */
export const carryOn = <Result>(step: () => Promise<Result>): Promise<Result> =>
  retold(step, 'unknown', ({ outcome }) => outcome === 'unavailable');

/** Readings after money was asked for: whatever fails then, even by a no, says nothing about the money. */
export const afterMoney = <Result>(step: () => Promise<Result>): Promise<Result> => retold(step, 'unknown', () => true);

async function retold<Result>(
  step: () => Promise<Result>,
  outcome: ProviderError['outcome'],
  isMeant: (error: ProviderError) => boolean,
): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof ProviderError) || !isMeant(error)) throw error;
    throw new ProviderError(outcome, error.message, error.details);
  }
}
