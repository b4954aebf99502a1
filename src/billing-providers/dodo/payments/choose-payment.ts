interface Chosen {
  readonly status?: string | null;
  readonly created_at: string;
}

/** What is further along says more; of those that are equally far, see below. */
const RANKS: ReadonlyMap<string, number> = new Map([
  ['succeeded', 0],
  ['processing', 1],
  ['requires_customer_action', 2],
  ['failed', 4],
  ['cancelled', 4],
]);
const OTHERS = 3;

/**
 * The payment that decides an attempt, among those that carry its id. A page's are one for each card that was tried; a
 * subscription's renewals repeat the metadata of its beginning, so of several that were paid the oldest is meant, and of several
 * that failed the newest.
 */
export function chooseOfAttempt<Payment extends Chosen>(payments: readonly Payment[]): Payment | undefined {
  const rank = ({ status }: Payment): number => RANKS.get(status ?? '') ?? OTHERS;
  const time = ({ created_at: createdAt }: Payment): number => Date.parse(createdAt);
  return payments.toSorted((left, right) => {
    const isPaid = rank(left) === 0;
    return rank(left) - rank(right) || (isPaid ? time(left) - time(right) : time(right) - time(left));
  })[0];
}
