/** TypeORM answers INSERT and SELECT with rows, but UPDATE and DELETE with `[rows, count]`: here always the rows. */
export function rowsOf<Row>(result: unknown): Row[] {
  if (!Array.isArray(result)) return [];
  const isPair = result.length === 2 && Array.isArray(result[0]) && typeof result[1] === 'number';
  return (isPair ? result[0] : result) as Row[];
}
