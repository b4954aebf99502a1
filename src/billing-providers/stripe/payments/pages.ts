import type { Stripe } from 'stripe';
import type { StripeCalls } from '../stripe-calls.js';

export const PAGE_SIZE = 100;

interface Page<Item> {
  readonly data: readonly Item[];
  readonly has_more: boolean;
}

/**
 * The first element of a list that is looked for, newest first as Stripe lists. Undefined only after the last page: a page
 * that cannot be read fails the whole.
 *
 * @throws ProviderError
 */
export async function findInList<Item extends { readonly id: string }>(
  calls: StripeCalls,
  operation: string,
  readPage: (
    stripe: Stripe,
    position: { limit: number; starting_after?: string },
    options: Stripe.RequestOptions,
  ) => Promise<Page<Item>>,
  isWanted: (item: Item) => boolean,
): Promise<Item | undefined> {
  let last: string | undefined;
  for (;;) {
    const position = { limit: PAGE_SIZE, ...(last === undefined ? {} : { starting_after: last }) };
    const page = await calls.read(operation, (stripe, options) => readPage(stripe, position, options));
    const found = page.data.find(isWanted);
    if (found) return found;
    last = page.data.at(-1)?.id;
    if (!page.has_more || last === undefined) return undefined;
  }
}
