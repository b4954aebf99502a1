import { ApplicationError } from './application-error.js';

const MESSAGE = 'is not of this list, or has been deleted since; begin again without it';

/**
 * For lists whose cursor is the uuid of the last row of the page before: nothing is ever found from one that is not there, and
 * an empty page would tell the caller that the list is over. Only of an empty page it has to be asked.
 *
 * @param rows of the page
 * @param find the row of the cursor, which retention may have deleted
 * @throws ApplicationError cursor_unknown
 */
export async function checkCursor(
  rows: readonly unknown[],
  cursor: string | undefined,
  find: (uuid: string) => Promise<unknown>,
): Promise<void> {
  if (cursor === undefined || rows.length > 0 || (await find(cursor)) !== undefined) return;
  throw new ApplicationError('cursor_unknown', { fields: [{ field: 'cursor', message: `cursor ${MESSAGE}` }] });
}
