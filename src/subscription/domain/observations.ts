import type { ProviderFact, ReadStamp } from '../../billing-providers/index.js';

/**
 * Facts of a reading from a provider whose events carry no history. Their ids name the reading by when it began:
 * `observed:<milliseconds, 15 digits>:<random>:...`. Each reading is the whole truth of its moment, so the last one that began
 * decides, and none of them can be missing an event.
 */
const OBSERVED = 'observed:';

export const isObserved = ({ eventId }: Pick<ProviderFact, 'eventId'>): boolean => eventId.startsWith(OBSERVED);

/** Names the reading of an observed fact; sorts as readings began. */
const readingOf = ({ eventId }: Pick<ProviderFact, 'eventId'>): string => eventId.split(':', 3).join(':');

/** Facts of one second: what was observed comes after what was told, reading by reading. */
export function compareReadings(left: ProviderFact, right: ProviderFact): number {
  if (isObserved(left) !== isObserved(right)) return isObserved(left) ? 1 : -1;
  if (!isObserved(left)) return 0;
  const [first, second] = [readingOf(left), readingOf(right)];
  return first < second ? -1 : first > second ? 1 : 0;
}

/**
 * The second in which a reading that begins now stands: that of the newest fact known, or the next one where a reading of that
 * second was made by a process whose clock is ahead of ours.
 *
 * @param milliseconds of the system's clock, since 1970
 */
export function computeReadingSecond(
  newest: number,
  known: readonly Pick<ProviderFact, 'eventId' | 'occurredAt'>[],
  milliseconds: number,
): number {
  const own = `${OBSERVED}${String(milliseconds).padStart(15, '0')}`;
  const isAhead = known.some((fact) => fact.occurredAt === newest && isObserved(fact) && readingOf(fact) >= own);
  return isAhead ? newest + 1 : newest;
}

/**
 * Where a reading that begins now stands among what is known: later facts may be newer than its answer.
 *
 * @param occurredAt seconds since 1970: the reading is not older than this
 * @param milliseconds of the system's clock, since 1970
 */
export function computeReadStamp(
  known: readonly Pick<ProviderFact, 'eventId' | 'occurredAt'>[],
  occurredAt: number,
  milliseconds: number,
): ReadStamp {
  const newest = Math.max(occurredAt, ...known.map((fact) => fact.occurredAt));
  const covers = known.filter((fact) => fact.occurredAt === newest).map((fact) => fact.eventId);
  return { occurredAt: computeReadingSecond(newest, known, milliseconds), covers };
}
