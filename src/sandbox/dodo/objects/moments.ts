/** Dodo's timestamps have microseconds. They are never zero here: a reader that cuts them off must not notice. */
const MICROSECONDS = '417';

/** Milliseconds since the epoch as Dodo writes a moment; `Date.parse` gives the milliseconds back. */
export const toMoment = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().replace('Z', `${MICROSECONDS}Z`);
