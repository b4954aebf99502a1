import { invalidParameters } from './dodo-error.js';

const DEFAULT_SIZE = 10;
const MAXIMUM_SIZE = 100;

interface Page {
  readonly page_number?: number | undefined;
  readonly page_size?: number | undefined;
}

interface CreatedRange {
  readonly created_at_gte?: number | undefined;
  readonly created_at_lte?: number | undefined;
}

/**
 * One page of items that are already in list order (newest first). Pages count from zero; past the end they are empty.
 * @throws Dodo's 422 when a page is to be larger than 100.
 */
export function paginate<Item>(
  items: readonly Item[],
  { page_number: number = 0, page_size: size = DEFAULT_SIZE }: Page,
): { items: Item[] } {
  if (size > MAXIMUM_SIZE) throw invalidParameters(`page_size cannot be more than ${MAXIMUM_SIZE}`);
  return { items: items.slice(number * size, (number + 1) * size) };
}

/** Both ends belong to the range. */
export function isCreatedWithin(
  createdAt: string,
  { created_at_gte: from = -Infinity, created_at_lte: to = Infinity }: CreatedRange,
): boolean {
  const at = Date.parse(createdAt);
  return at >= from && at <= to;
}
