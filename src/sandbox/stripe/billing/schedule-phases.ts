import { toPhase, type PhaseParts } from '../objects/schedule-objects.js';
import type { SchedulePhase, SubscriptionSchedule } from '../objects/wire-types.js';
import { invalidRequest, missingParameter } from '../wire/stripe-error.js';
import { boundaryAt, type Interval } from './calendar.js';
import type { ProrationBehavior } from './billing.types.js';

export interface PhaseRequest {
  readonly start: number | 'now' | undefined;
  readonly end: number | 'now' | undefined;
  readonly duration: Interval | undefined;
  readonly items: PhaseParts['items'];
  readonly prorationBehavior: ProrationBehavior | undefined;
  readonly metadata: Record<string, string>;
}

export interface PhasePlan {
  readonly phases: SchedulePhase[];
  /** The last phase was given neither an end nor a duration. */
  readonly openEnded: boolean;
}

/**
 * The phases after an update, with Stripe's checks: the current phase keeps its start, phases follow each other without
 * a gap, ended ones cannot be sent. Phases that have ended stay as they were.
 */
export function computePhases(
  schedule: SubscriptionSchedule,
  requests: readonly PhaseRequest[],
  now: number,
): PhasePlan {
  const current = schedule.current_phase!;
  if (requests[0]?.start === undefined)
    throw invalidRequest(
      'The subscription schedule update is missing at least one phase with a `start_date` to anchor end dates to.',
      'phases',
    );
  const phases: SchedulePhase[] = [];
  let start = requests[0].start === 'now' ? now : requests[0].start;
  for (const [index, request] of requests.entries()) {
    requireStart(request, index, start, now);
    const end = computeEnd(request, requests[index + 1], index, start, now);
    requireNotEnded(index, start, end, current.start_date, now);
    phases.push(
      toPhase({ ...request, start, end, prorationBehavior: request.prorationBehavior ?? 'create_prorations' }),
    );
    start = end;
  }
  if (phases[0]!.start_date !== current.start_date)
    throw invalidRequest('You can not modify the start date of the current phase.', 'phases[0][start_date]');
  const last = requests.at(-1)!;
  return {
    phases: [...schedule.phases.filter(({ end_date: end }) => end <= current.start_date), ...phases],
    openEnded: last.end === undefined && last.duration === undefined,
  };
}

function requireStart(request: PhaseRequest, index: number, start: number, now: number): void {
  const wanted = request.start === 'now' ? now : request.start;
  if (wanted !== undefined && wanted !== start)
    throw invalidRequest(
      `The \`start_date\` of phase ${index} must be the \`end_date\` of the phase before it.`,
      `phases[${index}][start_date]`,
    );
  if (request.end !== undefined && request.duration !== undefined)
    throw invalidRequest('You may only specify one of these parameters: end_date, duration.', `phases[${index}]`);
}

function computeEnd(
  request: PhaseRequest,
  next: PhaseRequest | undefined,
  index: number,
  start: number,
  now: number,
): number {
  if (request.end !== undefined) return request.end === 'now' ? now : request.end;
  if (request.duration) return boundaryAt(start, request.duration, 1);
  if (next === undefined) return boundaryAt(start, request.items[0]!.price.recurring!, 1);
  if (typeof next.start === 'number') return next.start;
  throw missingParameter(`phases[${index}][end_date]`);
}

function requireNotEnded(index: number, start: number, end: number, currentStart: number, now: number): void {
  if (end <= start)
    throw invalidRequest('The `end_date` of a phase must be after its `start_date`.', `phases[${index}][end_date]`);
  if (end < now || end <= currentStart)
    throw invalidRequest(
      `You can not update a phase that has already ended. Trying to update phase ${index}.`,
      `phases[${index}]`,
    );
}

/** A direct change of items cuts the current phase in two. */
export function splitCurrentPhase(
  schedule: SubscriptionSchedule,
  at: number,
  items: PhaseParts['items'],
): SchedulePhase[] {
  return schedule.phases.flatMap((phase) => {
    if (phase.start_date !== schedule.current_phase!.start_date) return [phase];
    const changed = toPhase({
      start: at,
      end: phase.end_date,
      items,
      prorationBehavior: 'create_prorations',
      metadata: {},
    });
    return at > phase.start_date
      ? [
          { ...phase, end_date: at },
          { ...phase, start_date: at, items: changed.items },
        ]
      : [{ ...phase, items: changed.items }];
  });
}
