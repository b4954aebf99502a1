/** Works on all items, so many at a time, begun in their order. */
export async function inLanes<Item, Result>(
  lanes: number,
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
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
