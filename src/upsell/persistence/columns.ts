/**
 * SQL expressions of a table's columns, by the names of a record's members. Amounts are `bigint`, which the driver gives as text,
 * and far below 2^53: as `float8` they come as the whole numbers that they are.
 */
export type Columns<Member extends string> = Readonly<Record<Member, string>>;

/** The select list of a table, each column named after its member; behind a prefix where several tables are read at once. */
export const selectList = (columns: Columns<string>, alias: string, prefix = ''): string =>
  Object.entries(columns)
    .map(([member, column]) => `${alias}.${column} AS "${prefix}${member}"`)
    .join(', ');

/** The members that stand behind a prefix in a row of several tables. */
export const pickPrefixed = <Result>(row: Readonly<Record<string, unknown>>, prefix: string): Result =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  ) as Result;
