import type { MatrixWorld } from '../../e2e/matrix-world.js';

/** What the database is made to drop without a word. */
export interface Loss {
  readonly table: string;
  readonly on: 'INSERT' | 'UPDATE';
  /** SQL over NEW. */
  readonly when: string;
}

/** Runs `work` with an application that leaves out a step. */
export async function losing({ shop }: MatrixWorld, loss: Loss, work: () => Promise<void>): Promise<void> {
  await shop.rows(`CREATE OR REPLACE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`);
  await shop.rows(`CREATE TRIGGER lose BEFORE ${loss.on} ON ${loss.table} FOR EACH ROW WHEN (${loss.when})
    EXECUTE FUNCTION lose()`);
  try {
    await work();
  } finally {
    await shop.rows(`DROP TRIGGER lose ON ${loss.table}`);
  }
}
