import { invalidRequest, resourceMissing } from './stripe-error.js';

export interface WireList<Item> {
  object: 'list';
  data: Item[];
  has_more: boolean;
  url: string;
}

interface Page {
  readonly limit?: number;
  readonly starting_after?: string;
  readonly ending_before?: string;
}

export const wireList = <Item>(data: Item[], url: string): WireList<Item> => ({
  object: 'list',
  data,
  has_more: false,
  url,
});

/** Cursor pagination over objects that are already in list order (newest first). */
export function paginate<Item extends { readonly id: string }>(
  items: readonly Item[],
  { limit = 10, starting_after: after, ending_before: before }: Page,
  url: string,
): WireList<Item> {
  if (limit < 1 || limit > 100)
    throw invalidRequest('Invalid integer: limit must be between 1 and 100', 'limit', 'parameter_invalid_integer');
  const indexOf = (id: string, param: string): number => {
    const index = items.findIndex((item) => item.id === id);
    if (index < 0) throw resourceMissing('object', id, param, 400);
    return index;
  };
  if (before !== undefined) {
    const end = indexOf(before, 'ending_before');
    const start = Math.max(0, end - limit);
    return { object: 'list', data: items.slice(start, end), has_more: start > 0, url };
  }
  const start = after === undefined ? 0 : indexOf(after, 'starting_after') + 1;
  return { object: 'list', data: items.slice(start, start + limit), has_more: start + limit < items.length, url };
}
