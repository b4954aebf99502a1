import { installTimers } from './install-timers.js';
import { PROVIDER_VARIABLE, TIME_VARIABLE, type Order, type Report, type TimeMove } from './protocol.js';
import { installProviderSteps } from './provider-steps.js';
import { skipCronsAfterLongMoves } from './skipped-crons.js';
import { StepCounter } from './step-counter.js';
import { installDate, VirtualTime, VirtualTimers } from './virtual-time.js';

/*
 * Loaded into a process before its own first line (`--import`): gives it the world's time, and counts its steps. The program
 * itself is the one that is run in production, byte for byte.
 */

const time = new VirtualTime(JSON.parse(process.env[TIME_VARIABLE] ?? '[]') as TimeMove[]);
const counter = new StepCounter();
installDate(time);
installTimers(new VirtualTimers(time));

const provider = process.env[PROVIDER_VARIABLE];
if (provider) {
  const { installSqlSteps } = await import('./sql-steps.js');
  installSqlSteps(counter, skipCronsAfterLongMoves(time));
  installProviderSteps(counter, provider);
}

async function follow(order: Order): Promise<Report> {
  switch (order.kind) {
    case 'move-time':
      await time.apply(order.move);
      break;
    case 'set-trap':
      counter.set(order.trap);
      break;
    case 'clear-traps':
      counter.clear();
      break;
    default:
      order satisfies never;
  }
  return { done: order.id };
}

process.on('message', (order: Order) => void follow(order).then((report) => process.send?.(report)));
// Without the prover nobody would ever end it.
process.on('disconnect', () => process.exit(1));
process.channel?.unref();
