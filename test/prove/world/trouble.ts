import { setTimeout as pause } from 'node:timers/promises';
import type { ApiFault, DeliveryFault } from '../../../src/sandbox/index.js';
import type { Act, Fault, Victim } from '../plan/plan.types.js';
import { postPoison } from './poison.js';
import type { MemberName, World } from './world.js';

const STALL_MILLISECONDS = 500;
/** Longer than any client of ours waits for a provider, and than a provider that answers late takes. */
const STALLED_SECONDS = 26;
const HANG_SECONDS = 60;
const LATE_SECONDS = 4;
const DAY_MILLISECONDS = 86_400_000;

/** What goes wrong during one act. */
export interface Trouble {
  /** The customer's finger is over the button: from here on the provider may fail. */
  beforeClick(): Promise<void>;
  /** Lets time pass while somebody waits for a provider that does not answer. */
  attend<Result>(waiting: Promise<Result>): Promise<Result>;
}

export const NO_TROUBLE: Trouble = { beforeClick: async () => undefined, attend: (waiting) => waiting };

/** Faults that were planned for an act, and that were reached. */
export type Tally = Record<string, { planned: number; reached: number }>;

export class PlannedTrouble implements Trouble {
  readonly poisoned: string[] = [];
  private armedCalls = 0;

  constructor(
    private readonly world: World,
    private readonly act: Pick<Act, 'faults' | 'replica'>,
    private readonly tally: Tally,
  ) {}

  async begin(): Promise<void> {
    for (const fault of this.act.faults) {
      const { kind } = fault;
      if (kind === 'kill' || kind === 'crash-database') {
        await this.world.setTrap(this.find(fault.who), { ...fault.at, action: kind });
        this.count(kind, 'planned');
      } else if (kind === 'poison') {
        this.poisoned.push(await postPoison(this.world, fault));
        this.count(kind, 'planned');
        this.count(kind, 'reached');
      } else if (isEventFault(fault)) {
        await this.world.sandbox.arm(toDeliveryFault(fault));
      }
    }
  }

  async beforeClick(): Promise<void> {
    if (this.armedCalls > 0) return;
    for (const fault of this.act.faults) {
      const armed = toApiFault(fault);
      if (!armed) continue;
      await this.world.sandbox.arm(armed);
      this.armedCalls += 1;
      this.count(fault.kind, 'planned');
    }
  }

  async attend<Result>(waiting: Promise<Result>): Promise<Result> {
    if (!this.mayStall) return waiting;
    const done = waiting.then(
      () => true,
      () => true,
    );
    while (!(await Promise.race([done, pause(STALL_MILLISECONDS, false)]))) {
      if (!this.world.isRestarting) await this.world.move(STALLED_SECONDS);
    }
    return waiting;
  }

  get mayStall(): boolean {
    return this.act.faults.some(({ kind }) => kind === 'hang' || kind === 'answerLate');
  }

  /** Nothing goes wrong any more; what has, is counted. */
  async end(): Promise<void> {
    const { api, deliveries } = await this.world.sandbox.disarm();
    const left = (kind: string): number =>
      [...api, ...deliveries].filter((fault) => nameOf(fault) === kind).reduce((sum, { times = 1 }) => sum + times, 0);
    for (const fault of this.act.faults) {
      if (toApiFault(fault) && this.armedCalls > 0) this.count(fault.kind, 'reached', left(fault.kind) === 0 ? 1 : 0);
      if (!isEventFault(fault)) continue;
      this.count(fault.kind, 'planned', fault.times);
      this.count(fault.kind, 'reached', Math.max(0, fault.times - left(fault.kind)));
    }
    await this.world.clearTraps();
  }

  private find(victim: Victim): MemberName {
    if (victim === 'worker') return victim;
    const index = victim === 'asked' ? this.act.replica : 1 - this.act.replica;
    return index === 0 ? 'api-1' : 'api-2';
  }

  private count(kind: string, what: 'planned' | 'reached', by = 1): void {
    const entry = (this.tally[kind] ??= { planned: 0, reached: 0 });
    entry[what] += by;
  }
}

type EventFault = Extract<Fault, { readonly times: number }>;

const isEventFault = (fault: Fault): fault is EventFault => 'times' in fault;

const nameOf = (fault: ApiFault | DeliveryFault): string => (fault.kind === 'status' ? 'rateLimit' : fault.kind);

function toDeliveryFault({ kind, times, seed, days }: EventFault): DeliveryFault {
  if (kind === 'reorder') return { kind, seed, times };
  if (kind === 'delay') return { kind, times, milliseconds: days * DAY_MILLISECONDS };
  return { kind, times };
}

function toApiFault(fault: Fault): ApiFault | undefined {
  if (!('skip' in fault)) return undefined;
  const { kind, skip, method } = fault;
  const where = { skip, ...(method === 'any' ? {} : { method }) };
  switch (kind) {
    case 'rateLimit':
      return { kind: 'status', status: 429, ...where };
    case 'hang':
      return { kind, milliseconds: HANG_SECONDS * 1_000, ...where };
    case 'answerLate':
      return { kind, milliseconds: LATE_SECONDS * 1_000, ...where };
    default:
      return { kind, ...where };
  }
}
