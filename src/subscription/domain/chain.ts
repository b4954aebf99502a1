/** More events than this within one second are not searched for their chain: they are read from the provider. */
const LARGEST_SEARCHED_GROUP = 7;

export interface Chained<Item> {
  readonly items: readonly Item[];
  /** False: several orders are possible and end differently, or none is. */
  readonly isCertain: boolean;
}

/**
 * Orders events of one second by what each says was there before it. Given in the order of their ids; `follows(a, b)` tells
 * whether `b` can come right after `a`, and `startsHere` whether an item can come right after what was known before.
 */
export function chain<Item>(
  items: readonly Item[],
  rules: {
    readonly startsHere: (item: Item) => boolean;
    readonly follows: (before: Item, after: Item) => boolean;
    readonly isSameEnd: (left: Item, right: Item) => boolean;
  },
): Chained<Item> {
  if (items.length <= 1) return { items, isCertain: true };
  if (items.length > LARGEST_SEARCHED_GROUP) return { items, isCertain: false };
  const starts = items.filter(rules.startsHere);
  const orders = findOrders(items, starts, rules.follows);
  // What was known before may itself be incomplete: then any item may be the first.
  const possible = orders.length > 0 ? orders : findOrders(items, items, rules.follows);
  const first = possible[0];
  if (!first) return { items, isCertain: false };
  const isCertain = possible.every((order) => rules.isSameEnd(order.at(-1) as Item, first.at(-1) as Item));
  return { items: first, isCertain };
}

function findOrders<Item>(
  items: readonly Item[],
  starts: readonly Item[],
  follows: (before: Item, after: Item) => boolean,
): readonly (readonly Item[])[] {
  const found: (readonly Item[])[] = [];
  const extend = (order: readonly Item[]): void => {
    if (order.length === items.length) return void found.push(order);
    const last = order.at(-1) as Item;
    for (const item of items) if (!order.includes(item) && follows(last, item)) extend([...order, item]);
  };
  for (const start of starts) extend([start]);
  return found;
}
