import type { TimeMove } from './protocol.js';

const RealDate = Date;
const realSetTimeout = globalThis.setTimeout;
const realClearTimeout = globalThis.clearTimeout;

/** The world's time in one process: the machine's, plus what the prover has moved it by. */
export class VirtualTime {
  private moves: readonly TimeMove[];
  private shiftNow = 0;
  private readonly listeners: (() => void)[] = [];

  constructor(moves: readonly TimeMove[]) {
    this.moves = moves;
    this.shiftNow = this.shiftAt(RealDate.now());
  }

  /** Milliseconds since the epoch. */
  now(): number {
    const real = RealDate.now();
    return real + this.shiftAt(real);
  }

  onMove(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Resolves when the move has happened, and what was due by it has been begun. */
  async apply(move: TimeMove): Promise<void> {
    this.moves = [...this.moves.slice(-3), move];
    while (RealDate.now() < move.since) {
      await new Promise<void>((resolve) => realSetTimeout(resolve, move.since - RealDate.now()));
    }
    this.shiftNow = move.shift;
    for (const listener of this.listeners) listener();
  }

  private shiftAt(real: number): number {
    const move = this.moves.findLast(({ since }) => since <= real);
    return move?.shift ?? this.shiftNow;
  }
}

/** `Date` without arguments, and `Date.now()`, are the world's from here on. */
export function installDate(time: VirtualTime): void {
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, parameters, newTarget) =>
      Reflect.construct(target, parameters.length === 0 ? [time.now()] : parameters, newTarget) as Date,
    apply: () => new RealDate(time.now()).toString(),
    get: (target, name, receiver) => (name === 'now' ? () => time.now() : Reflect.get(target, name, receiver)),
  });
}

interface Pending {
  due: number;
  hurried?: NodeJS.Timeout;
  fire(): void;
}

/**
 * Timers whose time comes early when the world's time is moved: whoever waits for a minute has waited when a minute has
 * passed in the world. A timer of `setInterval` is real, since nothing but polling is made of them.
 */
export class VirtualTimers {
  private readonly pending = new Map<NodeJS.Timeout, Pending>();

  constructor(private readonly time: VirtualTime) {
    time.onMove(() => this.hurry());
  }

  readonly setTimeout = (work: (...parameters: unknown[]) => void, milliseconds = 0, ...parameters: unknown[]) => {
    const timer = realSetTimeout(() => entry.fire(), milliseconds);
    const entry: Pending = {
      due: this.time.now() + (milliseconds >= 1 ? milliseconds : 1),
      fire: () => {
        this.forget(timer);
        work(...parameters);
      },
    };
    const refresh = timer.refresh.bind(timer);
    timer.refresh = () => {
      if (this.pending.has(timer)) entry.due = this.time.now() + milliseconds;
      return refresh();
    };
    this.pending.set(timer, entry);
    return timer;
  };

  readonly clearTimeout = (timer?: NodeJS.Timeout | string | number): void => {
    if (typeof timer === 'object') this.forget(timer);
    realClearTimeout(timer);
  };

  private forget(timer: NodeJS.Timeout): void {
    realClearTimeout(timer);
    realClearTimeout(this.pending.get(timer)?.hurried);
    this.pending.delete(timer);
  }

  /** In the order of their times, each in a turn of its own, as they would have fired. */
  private hurry(): void {
    const now = this.time.now();
    const entries = [...this.pending.values()].toSorted((a, b) => a.due - b.due);
    for (const entry of entries) {
      realClearTimeout(entry.hurried);
      entry.hurried = realSetTimeout(entry.fire, Math.min(Math.max(1, entry.due - now), 2_147_483_647));
      if (entry.due > now) entry.hurried.unref();
    }
  }
}
