import type { Act, Fault, Plan } from './plan.types.js';

/** A plan as people read it: one line for each act. */
export const describePlan = ({ seed, customers, acts }: Plan): string =>
  [
    `seed ${seed}: ${customers.map((provider, index) => `customer ${index} pays at ${provider}`).join(', ')}`,
    ...acts.map((act, index) => `${String(index + 1).padStart(3)}. ${describeAct(act)}`),
  ].join('\n');

function describeAct({ customer, deed, clicks, withKey, replica, faults }: Act): string {
  const { do: verb, ...details } = deed;
  const how = [clicks === 'once' ? '' : clicks, withKey ? 'with a key' : '', `at api-${replica + 1}`];
  const what = [verb, ...Object.values(details)].join(' ');
  const trouble = faults.length === 0 ? '' : `; ${faults.map(describeFault).join(' and ')}`;
  return `customer ${customer}: ${what} (${how.filter(Boolean).join(', ')})${trouble}`;
}

function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
    case 'crash-database':
      return `${fault.kind} in ${fault.who} ${fault.at.edge} ${fault.at.kind} ${fault.at.count}`;
    case 'poison':
      return `poison from ${fault.provider}, variant ${fault.variant}`;
    case 'duplicate':
    case 'duplicateAsNewEvent':
    case 'reorder':
    case 'drop':
      return `${fault.kind} ${fault.times} events`;
    case 'delay':
      return `delay ${fault.times} events by ${fault.days} days`;
    default:
      return `${fault.kind} of ${fault.method} after ${fault.skip}`;
  }
}
