import type { StepLayout } from './funnel.js';

/** What decides the way through a funnel. */
export type Edges = Pick<StepLayout, 'nextOnAccept' | 'nextOnDecline'>;

/** Positions that one decision at the step leads to and that exist. */
export const findSuccessors = (steps: readonly Edges[], position: number): number[] => {
  const { nextOnAccept = null, nextOnDecline = null } = steps[position] ?? {};
  return [nextOnAccept, nextOnDecline].filter((next) => next !== null && isStep(steps, next)) as number[];
};

/** Whether there is a step at this position. */
export const isStep = (steps: readonly Edges[], position: number): boolean =>
  Number.isInteger(position) && position >= 0 && position < steps.length;

/** Every position that can be reached from these, themselves included. */
export function findReachable(steps: readonly Edges[], from: readonly number[]): ReadonlySet<number> {
  const reached = new Set<number>(from);
  // A Set is iterated in the order of insertion, also over what is added meanwhile.
  for (const position of reached) {
    for (const next of findSuccessors(steps, position)) reached.add(next);
  }
  return reached;
}

/** Positions that a customer can come to again: on such a way the funnel never ends. */
export const findOnCycles = (steps: readonly Edges[]): number[] =>
  steps.map((_step, position) => position).filter((position) => isOnCycle(steps, position));

const isOnCycle = (steps: readonly Edges[], position: number): boolean =>
  findReachable(steps, findSuccessors(steps, position)).has(position);

/** Positions that no way from the first step leads to. */
export function findUnreachable(steps: readonly Edges[]): number[] {
  const reached = findReachable(steps, steps.length > 0 ? [0] : []);
  return steps.map((_step, position) => position).filter((position) => !reached.has(position));
}
