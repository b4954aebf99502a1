/** As many as keep both processors busy. */
const LANES = 8;

/** Works on all items, a few at a time, begun in their order. */
export async function inLanes<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const position = next++;
      results[position] = await work(items[position] as Item);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}
