import type { DodoPayments } from 'dodopayments';
import { isJsonObject, valueAt } from '../../payload/read-json.js';
import { ProviderError } from '../../provider-error.js';
import type { DodoCalls, DodoOptions } from '../dodo-calls.js';

const PAGE_SIZE = 100;
/** Nobody has that many; who answers with more repeats the first page, whatever is asked for. */
const MOST_PAGES = 500;

/** Zero-based. The SDK's own iteration takes the first page for number one, and skips the second. */
export interface PagePosition {
  readonly page_number: number;
  readonly page_size: number;
}

/** Calls the list of the SDK. */
export type PageReader<Item> = (
  dodo: DodoPayments,
  position: PagePosition,
  options: DodoOptions,
) => Promise<{ readonly items: readonly Item[] }>;

/** One page of a list; an empty one proves its end. @throws ProviderError */
export function readPage<Item>(
  calls: DodoCalls,
  operation: string,
  number: number,
  reader: PageReader<Item>,
): Promise<readonly Item[]> {
  const position = { page_number: number, page_size: PAGE_SIZE };
  return calls.read(operation, async (dodo, options) => itemsOf(await reader(dodo, position, options)));
}

/**
 * The first element of a list that is looked for. Undefined only after an empty page, which alone proves the end: a page may be
 * shorter than it was asked to be. One that cannot be read fails the whole.
 *
 * @throws ProviderError
 */
export async function findInList<Item>(
  calls: DodoCalls,
  operation: string,
  reader: PageReader<Item>,
  isWanted: (item: Item) => boolean,
): Promise<Item | undefined> {
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const items = await readPage(calls, operation, page, reader);
    const found = items.find(isWanted);
    if (found !== undefined || items.length === 0) return found;
  }
  throw new ProviderError('unknown', 'the list has no end', { providerCode: 'endless_list' });
}

/** All elements that are wanted, of a complete list. @throws ProviderError */
export async function collectFromList<Item>(
  calls: DodoCalls,
  operation: string,
  reader: PageReader<Item>,
  isWanted: (item: Item) => boolean,
): Promise<readonly Item[]> {
  const wanted: Item[] = [];
  await findInList(calls, operation, reader, (item) => {
    if (isWanted(item)) wanted.push(item);
    return false;
  });
  return wanted;
}

/**
 * The SDK takes whatever has no items for an empty page, and an empty page proves that a charge was not made: so the body
 * behind it is looked at.
 */
function itemsOf<Item>(page: { readonly items: readonly Item[] }): readonly Item[] {
  const { body } = page as { readonly body?: unknown };
  if (isJsonObject(body) && Array.isArray(valueAt(body, 'items'))) return page.items;
  throw new ProviderError('unknown', 'the answer is not a list', { providerCode: 'unreadable_answer' });
}
