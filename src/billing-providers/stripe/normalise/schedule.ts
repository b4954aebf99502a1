import type { ScheduleFact, SchedulePhase } from '../../domain/facts.js';
import { requireIds, type Normalised, type Origin } from '../../payload/normalised.js';
import { toFactOrUnreadable } from './fact-or-unreadable.js';
import {
  idAt,
  objectsAt,
  optionalIdAt,
  optionalObjectAt,
  optionalTimeAt,
  textAt,
  timeAt,
  tryRead,
  UnexpectedShapeError,
  type JsonObject,
} from '../../payload/read-json.js';
import { toQuantity } from './subscription-fields.js';

/** Everything of a schedule fact that the schedule itself says. */
export type ScheduleContent = Pick<ScheduleFact, 'scheduleId' | 'scheduleStatus' | 'currentPhase' | 'phases'>;

export function normaliseSchedule(
  origin: Origin,
  change: ScheduleFact['change'],
  schedule: JsonObject,
  previousAttributes: JsonObject,
): Normalised {
  // A released schedule lets go of its subscription and remembers it elsewhere.
  const subscriptionId = requireIds(
    () => optionalIdAt(schedule, 'subscription') ?? optionalIdAt(schedule, 'released_subscription'),
  );
  if (subscriptionId === null) return { kind: 'unsupported' }; // not started: it has made no subscription yet
  const ids = requireIds(() => ({ subscriptionId, customerId: idAt(schedule, 'customer') }));
  requireIds(() => textAt(schedule, 'id'));
  return toFactOrUnreadable(ids, () => {
    const previousPhases = tryRead(() => toPhases(objectsAt(previousAttributes, 'phases')));
    const content = toScheduleContent(schedule);
    const fact = { kind: 'schedule', provider: 'stripe', ...ids, ...origin, change, ...content } as const;
    return previousPhases ? { ...fact, previousPhases } : fact;
  });
}

/** @throws UnexpectedShapeError */
export function toScheduleContent(schedule: JsonObject): ScheduleContent {
  const current = optionalObjectAt(schedule, 'current_phase');
  return {
    scheduleId: textAt(schedule, 'id'),
    scheduleStatus: textAt(schedule, 'status'),
    currentPhase: current && { startAt: timeAt(current, 'start_date'), endAt: timeAt(current, 'end_date') },
    phases: toPhases(objectsAt(schedule, 'phases')),
  };
}

function toPhases(phases: readonly JsonObject[]): readonly SchedulePhase[] {
  return phases.reduce<readonly SchedulePhase[]>((done, phase) => {
    const item = planItemOf(objectsAt(phase, 'items'), done.at(-1)?.priceId);
    const startAt = timeAt(phase, 'start_date');
    const endAt = optionalTimeAt(phase, 'end_date');
    return [...done, { startAt, endAt, priceId: idAt(item, 'price'), quantity: toQuantity(item) }];
  }, []);
}

/**
 * The item that stands for the plan. Of several, the one that goes on with the price of the phase before (then only an
 * add-on joins and the plan stays), else the first. Once such a phase begins, the subscription itself has several items and
 * is not read any more.
 */
function planItemOf(items: readonly JsonObject[], priceBefore: string | undefined): JsonObject {
  const goesOn = items.find((item) => priceBefore !== undefined && tryRead(() => idAt(item, 'price')) === priceBefore);
  const item = goesOn ?? items[0];
  if (!item) throw new UnexpectedShapeError('a phase has no items');
  return item;
}
