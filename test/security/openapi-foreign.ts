import { inputsOf, type Input } from './openapi-owned.js';
import type { Person } from './openapi-person.js';
import type { Received, Sent } from './openapi-request.js';
import { isForCustomers, isOwned, marksOf, requestOf } from './openapi-rules.js';
import type { FullWorld } from './openapi-world.js';
import type { Operation } from './openapi.js';

/** A customer's request about their own things, but for one input, which names another's. */
export interface ForeignAttempt {
  readonly operation: Operation;
  /** The operation, and the input. */
  readonly name: string;
  readonly who: Person;
  readonly whose: Person;
  readonly foreign: Sent;
  /** The same with their own. */
  readonly own: Sent;
}

/** Every operation for customers with every input that is somebody's own. */
export const foreignAttempts = (world: FullWorld, who: Person, whose: Person): ForeignAttempt[] =>
  world.operations
    .filter(isForCustomers)
    .flatMap((operation) => inputsOf(operation).map((input) => ({ operation, input })))
    .filter(({ input }) => isOwned(input))
    .map(({ operation, input }) => toAttempt(world, operation, input, who, whose))
    .filter(({ foreign, own }) => foreign.path !== own.path || foreign.body !== own.body);

const toAttempt = (
  world: FullWorld,
  operation: Operation,
  input: Input,
  who: Person,
  whose: Person,
): ForeignAttempt => ({
  operation,
  name: `${operation.name} ${input.place} ${input.path.join('.')}`,
  who,
  whose,
  foreign: requestOf(operation, world, who, { input, of: whose }),
  own: requestOf(operation, world, who, { input, of: who }),
});

/** @returns what is wrong with an answer to the other's: it was given, or tells of them more than was known */
export function findGiven({ name, whose, foreign }: ForeignAttempt, { status, text }: Received): string[] {
  const known = `${foreign.path}${foreign.body}`;
  return [
    ...marksOf(whose)
      .filter((mark) => text.includes(mark) && !known.includes(mark))
      .map((mark) => `${name} tells ${mark}`),
    ...(status >= 400 ? [] : [`${name} is answered ${status}: ${text.slice(0, 200)}`]),
  ];
}

/** Status and code: what an answer says in short. */
export function gistOf({ status, text }: Received): string {
  try {
    return `${status} ${String((JSON.parse(text) as { code?: unknown }).code)}`;
  } catch {
    return String(status);
  }
}
