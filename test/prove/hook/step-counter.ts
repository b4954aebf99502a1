import { writeSync } from 'node:fs';
import { LAST_WORDS, type StepEdge, type StepKind, type Trap } from './protocol.js';

export interface Step {
  readonly kind: StepKind;
  /** For people: `UPDATE charge_attempts`, `POST /v1/payment_intents`. */
  readonly name: string;
  /** Of the server process behind the connection, where there is one. */
  readonly backend?: number | undefined;
}

interface SetTrap {
  readonly trap: Trap;
  counted: number;
}

/** Counts steps from the moment in which a trap was set, and springs it at the very step that it names. */
export class StepCounter {
  private traps: SetTrap[] = [];

  set(trap: Trap): void {
    this.traps.push({ trap, counted: 0 });
  }

  clear(): void {
    this.traps = [];
  }

  before(step: Step): void {
    this.pass(step, 'before');
  }

  after(step: Step): void {
    this.pass(step, 'after');
  }

  private pass(step: Step, edge: StepEdge): void {
    for (const set of this.traps) {
      const { trap } = set;
      if (trap.edge !== edge || (trap.kind !== 'any' && trap.kind !== step.kind)) continue;
      set.counted += 1;
      if (set.counted < trap.count) continue;
      if (trap.action === 'crash-database' && step.backend === undefined) continue; // the next statement will do
      this.traps = this.traps.filter((each) => each !== set);
      spring(trap, step, set.counted);
    }
  }
}

function spring({ action, edge, kind }: Trap, { name, backend }: Step, counted: number): void {
  const what = action === 'kill' ? 'killed' : 'crashed the database';
  writeSync(2, `${LAST_WORDS}${what} ${edge} ${name} (${kind} number ${counted})\n`);
  if (action === 'kill') process.kill(process.pid, 'SIGKILL');
  // One of its processes dies without ceremony: the server drops every connection and recovers from its log.
  else process.kill(backend ?? 0, 'SIGKILL');
}
