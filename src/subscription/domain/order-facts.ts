import type {
  FactType,
  ProviderFact,
  ScheduleFact,
  SubscriptionFact,
  SubscriptionSnapshot,
} from '../../billing-providers/index.js';
import { canonical } from './canonical.js';
import { chain } from './chain.js';
import { compareReadings, isObserved } from './observations.js';
import { factTypeOf } from './transition.js';

/** Within one second: created < schedule < updated < released < invoice < deleted < what we read ourselves. */
const RANK: Readonly<Record<FactType, number>> = {
  'subscription.created': 0,
  'schedule.created': 1,
  'schedule.updated': 2,
  'subscription.updated': 3,
  'subscription.pending_update_applied': 4,
  'subscription.pending_update_expired': 4,
  'schedule.released': 5,
  'schedule.completed': 5,
  'schedule.canceled': 5,
  'schedule.aborted': 5,
  'invoice.payment_action_required': 6,
  'invoice.payment_failed': 7,
  'invoice.uncollectible': 8,
  'invoice.voided': 8,
  'invoice.paid': 9,
  'subscription.deleted': 10,
  'schedule.fetched': 11,
  'subscription.fetched': 12,
  'schedule.observed': 13,
  'subscription.observed': 14,
};

export interface OrderedFacts {
  /** Facts in the order in which they are folded, without those that do not count. */
  readonly facts: readonly ProviderFact[];
  /** Why a fact does not count, by event id. */
  readonly leftOut: ReadonlyMap<string, LeftOut>;
  /** The newest snapshot, of the subscription or of a schedule, cannot be told from events of its second. */
  readonly isUncertain: boolean;
}

/**
 * The order of a set of facts; the same for the same set. `before`: the snapshot that earlier facts, folded away by now,
 * ended with.
 */
export function orderFacts(facts: readonly ProviderFact[], before: SubscriptionSnapshot | null): OrderedFacts {
  const sorted = facts.toSorted(compareFacts);
  const leftOut = new Map(findLeftOut(sorted));
  const ordered: ProviderFact[] = [];
  const uncertain = new Set<string>();
  const told = new Set<string>();
  for (const group of groupsOf(sorted.filter((fact) => !leftOut.has(fact.eventId)))) {
    const known = latestSnapshot(ordered) ?? before;
    if (group.length === 1 && isToldAgain(group[0] as ProviderFact, told, known)) {
      leftOut.set((group[0] as ProviderFact).eventId, 'duplicate');
      continue;
    }
    const chained = chainGroup(group, known, ordered);
    if (!chained.isCertain) for (const fact of group) uncertain.add(fact.eventId);
    ordered.push(...chained.items);
    for (const fact of group) told.add(storyOf(fact));
  }
  return { facts: ordered, leftOut, isUncertain: isNewestUncertain(ordered, uncertain, before) };
}

function compareFacts(left: ProviderFact, right: ProviderFact): number {
  return (
    left.occurredAt - right.occurredAt ||
    compareReadings(left, right) ||
    RANK[factTypeOf(left)] - RANK[factTypeOf(right)] ||
    compareText(subjectOf(left), subjectOf(right)) ||
    // Of two readings the one that knew more was made later; at the same knowledge its id tells (it begins with the time).
    coveredBy(left) - coveredBy(right) ||
    compareText(left.eventId, right.eventId)
  );
}

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

const coveredBy = (fact: ProviderFact): number => (fact.kind === 'invoice' ? 0 : (fact.covers?.length ?? 0));

/** What a fact says, whenever it says it. */
const storyOf = (fact: ProviderFact): string => canonical({ ...fact, eventId: '', occurredAt: 0 });

/**
 * Whether an update only repeats an earlier one and cannot come here: what it changed is not as it says. A provider may send
 * one change as two events, the second of them late.
 */
function isToldAgain(fact: ProviderFact, told: ReadonlySet<string>, known: SubscriptionSnapshot | null): boolean {
  if (fact.kind !== 'subscription' || fact.change !== 'updated' || !told.has(storyOf(fact))) return false;
  return known !== null && !canFollow(known, fact);
}

/** What two facts must share to speak of the same object. */
const subjectOf = (fact: ProviderFact): string =>
  fact.kind === 'schedule'
    ? `schedule:${fact.scheduleId}`
    : fact.kind === 'invoice'
      ? `invoice:${fact.invoiceId}`
      : 'subscription';

/** An event of its own second came that the reading did not know: which of the two is newer cannot be told, events are. */
function isUnaware(reading: ProviderFact, facts: readonly ProviderFact[]): boolean {
  const covers = reading.kind === 'invoice' ? [] : (reading.covers ?? []);
  return facts.some(
    (fact) =>
      fact.occurredAt === reading.occurredAt &&
      fact.change !== 'fetched' &&
      fact.change !== 'created' && // what was read is never older than the beginning
      subjectOf(fact) === subjectOf(reading) &&
      !covers.includes(fact.eventId),
  );
}

type LeftOut = 'superseded' | 'duplicate' | 'stale';

/**
 * What does not count: readings that something newer of the same object overtakes, changes that the provider sent as two
 * events, and the creation of an object that was heard of before (sent once more, under another id and time).
 */
function findLeftOut(sorted: readonly ProviderFact[]): ReadonlyMap<string, LeftOut> {
  const leftOut = new Map<string, LeftOut>();
  const known = new Set<string>();
  const seen = new Set<string>();
  for (const fact of sorted) {
    const content = canonical({ ...fact, eventId: '' });
    if (isObserved(fact)) continue; // what was so before may be so again
    if (fact.change === 'created' && known.has(subjectOf(fact))) leftOut.set(fact.eventId, 'stale');
    else if (seen.has(content)) leftOut.set(fact.eventId, 'duplicate');
    known.add(subjectOf(fact));
    seen.add(content);
  }
  const counting = sorted.filter((fact) => !leftOut.has(fact.eventId));
  const newest = new Map(counting.map((fact) => [subjectOf(fact), fact]));
  for (const fact of counting) {
    if (fact.change !== 'fetched') continue;
    const isOvertaken = newest.get(subjectOf(fact)) !== fact || isUnaware(fact, counting);
    if (isOvertaken) leftOut.set(fact.eventId, 'superseded');
  }
  return leftOut;
}

/** Neighbours of one second and rank that are versions of the same object. */
function groupsOf(facts: readonly ProviderFact[]): ProviderFact[][] {
  const groups: ProviderFact[][] = [];
  for (const fact of facts) {
    const group = groups.at(-1);
    const head = group?.[0];
    const belongs =
      head !== undefined &&
      head.occurredAt === fact.occurredAt &&
      factTypeOf(head) === factTypeOf(fact) &&
      subjectOf(head) === subjectOf(fact) &&
      fact.kind !== 'invoice' &&
      !isObserved(fact);
    if (group && belongs) group.push(fact);
    else groups.push([fact]);
  }
  return groups;
}

function chainGroup(
  group: readonly ProviderFact[],
  before: SubscriptionSnapshot | null,
  done: readonly ProviderFact[],
): { readonly items: readonly ProviderFact[]; readonly isCertain: boolean } {
  const [head] = group;
  if (head?.kind === 'subscription') {
    return chain(group as readonly SubscriptionFact[], {
      startsHere: (fact) => before !== null && canFollow(before, fact),
      follows: (earlier, later) => canFollow(earlier.snapshot, later),
      isSameEnd: (left, right) => isEqual(left.snapshot, right.snapshot),
    });
  }
  if (head?.kind === 'schedule') {
    const phases = done.findLast((fact): fact is ScheduleFact => subjectOf(fact) === subjectOf(head))?.phases;
    return chain(group as readonly ScheduleFact[], {
      startsHere: (fact) => phases !== undefined && isEqual(fact.previousPhases, phases),
      follows: (earlier, later) => isEqual(earlier.phases, later.previousPhases),
      isSameEnd: (left, right) => isEqual(left.phases, right.phases),
    });
  }
  return { items: group, isCertain: true };
}

/** Whether an event can come right after a snapshot: what it changed was as it says, and the rest is the same. */
function canFollow(before: SubscriptionSnapshot, fact: SubscriptionFact): boolean {
  const expected = { ...fact.snapshot, ...fact.previous };
  return CHAINED_FIELDS.every((field) => isEqual(before[field], expected[field]));
}

/** The fields that `previous` is told for; status follows from the provider's word. */
const CHAINED_FIELDS = [
  'providerStatus',
  'priceId',
  'quantity',
  'currentPeriodStart',
  'currentPeriodEnd',
  'scheduleId',
  'latestInvoiceId',
  'cancelAt',
  'pendingUpdate',
] as const satisfies readonly (keyof SubscriptionSnapshot)[];

const isEqual = (left: unknown, right: unknown): boolean => canonical(left) === canonical(right);

function latestSnapshot(facts: readonly ProviderFact[]): SubscriptionSnapshot | undefined {
  return facts.findLast((fact): fact is SubscriptionFact => fact.kind === 'subscription')?.snapshot;
}

/** Uncertainty of an earlier second is past repair and harms no present state; that of the newest one must be read. */
function isNewestUncertain(
  ordered: readonly ProviderFact[],
  uncertain: ReadonlySet<string>,
  before: SubscriptionSnapshot | null,
): boolean {
  const newest = new Map(ordered.map((fact) => [subjectOf(fact), fact]));
  return [...newest.values()].some((fact) => uncertain.has(fact.eventId) || isOutOfTurn(fact, ordered, before));
}

/** The newest update does not go on from what is known: an event before it is missing, or it is an old one sent again. */
function isOutOfTurn(
  fact: ProviderFact,
  ordered: readonly ProviderFact[],
  before: SubscriptionSnapshot | null,
): boolean {
  if (fact.kind !== 'subscription' || fact.change !== 'updated') return false;
  const known = latestSnapshot(ordered.slice(0, ordered.indexOf(fact))) ?? before;
  return known !== null && !canFollow(known, fact);
}
