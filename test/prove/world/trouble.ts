import { setTimeout as pause } from 'node:timers/promises';
import type { ApiFault, DeliveryFault, FaultList } from '../../../src/sandbox/index.js';
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

/** Faults that were planned, and that came to pass. */
export type Tally = Record<string, { planned: number; reached: number }>;

export class PlannedTrouble implements Trouble {
  readonly poisoned: string[] = [];
  private readonly wordsBefore: Readonly<Record<MemberName, number>>;
  private areCallsArmed = false;
  /** Traps that were counted, by member and kind. */
  private readonly taken: Record<string, number> = {};
  private left: FaultList = { api: [], deliveries: [] };

  constructor(
    private readonly world: World,
    private readonly act: Pick<Act, 'faults' | 'replica'>,
    private readonly tally: Tally,
  ) {
    const { members } = world;
    const countWords = (name: MemberName): number => members[name].lastWords.length;
    this.wordsBefore = { 'api-1': countWords('api-1'), 'api-2': countWords('api-2'), worker: countWords('worker') };
  }

  async begin(): Promise<void> {
    for (const fault of this.act.faults) {
      const { kind } = fault;
      if (kind === 'kill' || kind === 'crash-database') {
        await this.world.setTrap(this.find(fault.who), { ...fault.at, action: kind });
      } else if (kind === 'poison') {
        this.poisoned.push(await postPoison(this.world, fault));
      } else if (isEventFault(fault)) {
        await this.world.sandbox.arm(toDeliveryFault(fault));
      }
    }
  }

  async beforeClick(): Promise<void> {
    if (this.areCallsArmed) return;
    this.areCallsArmed = true;
    for (const fault of this.act.faults) {
      const armed = toApiFault(fault);
      if (armed) await this.world.sandbox.arm(armed);
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

  /** Nothing goes wrong any more. */
  async end(): Promise<void> {
    this.left = await this.world.sandbox.disarm();
    await this.world.clearTraps();
  }

  /**
   * When all is quiet: counts what has come to pass.
   *
   * @returns faults whose place was never reached, each with a place that is reached sooner
   */
  conclude(): Fault[] {
    return this.act.faults.flatMap((fault): Fault[] => {
      const missed = this.takeMissed(fault);
      this.count(fault.kind, ('times' in fault ? fault.times : 1) - missed);
      if (missed === 0) return [];
      if (fault.kind === 'kill' || fault.kind === 'crash-database') {
        return [{ ...fault, at: { kind: 'any', edge: fault.at.edge, count: 1 } }];
      }
      if ('times' in fault) return [{ ...fault, times: missed }];
      return 'skip' in fault ? [{ ...fault, skip: 0, method: 'any' }] : [];
    });
  }

  private takeMissed(fault: Fault): number {
    const { kind } = fault;
    if (kind === 'poison') return 0;
    if (kind === 'kill' || kind === 'crash-database') return this.takeWords(this.find(fault.who), kind) ? 0 : 1;
    if (!('times' in fault) && !this.areCallsArmed) return 1;
    const all: readonly (ApiFault | DeliveryFault)[] = [...this.left.api, ...this.left.deliveries];
    const position = all.findIndex((left) => nameOf(left) === kind);
    const [left] = position < 0 ? [] : all.slice(position);
    if (!left) return 0;
    const without = <Each>(list: readonly Each[]): Each[] => list.filter((each) => each !== (left as unknown));
    this.left = { api: without(this.left.api), deliveries: without(this.left.deliveries) };
    return left.times ?? 1;
  }

  /** Whether a trap of this kind sprang in the member, beside those that were counted before. */
  private takeWords(name: MemberName, kind: 'kill' | 'crash-database'): boolean {
    const words = kind === 'kill' ? 'killed' : 'crashed';
    const said = this.world.members[name].lastWords.slice(this.wordsBefore[name]);
    const sprung = said.filter((line) => line.includes(` ${words} `)).length;
    const before = this.taken[`${name} ${kind}`] ?? 0;
    if (sprung <= before) return false;
    this.taken[`${name} ${kind}`] = before + 1;
    return true;
  }

  private find(victim: Victim): MemberName {
    if (victim === 'worker') return victim;
    const index = victim === 'asked' ? this.act.replica : 1 - this.act.replica;
    return index === 0 ? 'api-1' : 'api-2';
  }

  private count(kind: string, by: number): void {
    const entry = (this.tally[kind] ??= { planned: 0, reached: 0 });
    entry.reached += by;
  }
}

/** @returns a tally of all that is planned, of which nothing has come to pass yet */
export function countPlanned(acts: readonly Act[]): Tally {
  const tally: Tally = {};
  for (const fault of acts.flatMap(({ faults }) => faults)) {
    const entry = (tally[fault.kind] ??= { planned: 0, reached: 0 });
    entry.planned += 'times' in fault ? fault.times : 1;
  }
  return tally;
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
