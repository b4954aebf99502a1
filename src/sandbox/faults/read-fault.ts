import { ControlError } from '../http/control-error.js';
import type { ApiFault, DeliveryFault } from './fault.types.js';

type ArmedFault =
  { readonly on: 'api'; readonly fault: ApiFault } | { readonly on: 'delivery'; readonly fault: DeliveryFault };

const API_KINDS = ['status', 'hang', 'slow', 'dropRequest', 'loseResponse', 'failAfter', 'answerLate'];
const DELIVERY_KINDS = ['duplicate', 'duplicateAsNewEvent', 'drop', 'delay', 'reorder'];
const NUMBERS: Record<string, string | undefined> = {
  status: 'status',
  slow: 'milliseconds',
  answerLate: 'milliseconds',
  delay: 'milliseconds',
  reorder: 'seed',
};

/** A fault as JSON, e.g. `{"kind":"loseResponse","method":"POST","path":"/v1/subscriptions/*"}`. The kind says where it acts. */
export function readFault(body: unknown): ArmedFault {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const kind = String(given.kind);
  const needed = NUMBERS[kind];
  if (needed && typeof given[needed] !== 'number') throw new ControlError(`A fault of kind ${kind} needs ${needed}`);
  for (const name of ['times', 'skip'] as const) {
    if (given[name] !== undefined && typeof given[name] !== 'number') throw new ControlError(`${name} is a number`);
  }
  if (API_KINDS.includes(kind)) return { on: 'api', fault: given as unknown as ApiFault };
  if (DELIVERY_KINDS.includes(kind)) return { on: 'delivery', fault: given as unknown as DeliveryFault };
  throw new ControlError(`kind is one of ${[...API_KINDS, ...DELIVERY_KINDS].join(', ')}`);
}
