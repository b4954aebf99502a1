import type { Tx } from '../database/index.js';
import type { ForgetPage, Forgotten } from './retention.js';

interface KeyedRows {
  /** Has `id`, and `created_at` that grows with it. */
  readonly table: string;
  /** Which rows may go; `old` is the moment before which something is old. */
  readonly condition: string;
}

/**
 * Deletes rows, oldest first. The table is read along its key, from its beginning to the first page that is too young as a whole:
 * that needs no index, which every insert would have to pay for. For tables where few rows stay for ever.
 */
export async function forgetAlongKey(tx: Tx, { table, condition }: KeyedRows, page: ForgetPage): Promise<Forgotten> {
  const [result] = await tx.query<{ rows: number; looked: number; last: string | null; has_old: boolean | null }>(
    `WITH page AS (
       SELECT id, old, created_at < old AS is_old
         FROM ${table}, (SELECT now() - make_interval(days => $1) AS old) AS cutoff
        WHERE id > $3 ORDER BY id LIMIT $2
     ), forgotten AS (
       DELETE FROM ${table} WHERE id IN (
         -- The condition is on the locked row: somebody may have taken it up again a moment ago.
         SELECT candidate.id FROM ${table} AS candidate JOIN page USING (id)
          WHERE ${condition} FOR UPDATE OF candidate SKIP LOCKED)
       RETURNING 1
     )
     SELECT (SELECT count(*)::int FROM forgotten) AS rows, count(*)::int AS looked, max(id) AS last,
            bool_or(is_old) AS has_old FROM page`,
    [page.days, page.most, page.after ?? '0'],
  );
  const { rows = 0, looked = 0, last, has_old: hasOld } = result ?? {};
  return looked < page.most || !hasOld || !last ? { rows } : { rows, next: last };
}
