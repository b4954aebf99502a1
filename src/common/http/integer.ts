/** PostgreSQL's `integer`: no column of that type holds more. */
export const LARGEST_INTEGER = 2_147_483_647;
