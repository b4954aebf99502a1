import { AsyncLocalStorage } from 'node:async_hooks';

/** What may go wrong between us and a provider, on the way there or back. */
export const WIRE_FAULTS = ['dropped', 'lost', 'failed_after', 'limited', 'refused'] as const;
/**
 * - `dropped`: the request never arrives; the connection breaks.
 * - `lost`: it is carried out, and the connection breaks before the answer.
 * - `failed_after`: it is carried out, and answered with 500.
 * - `limited`: answered with 429. `refused`: answered with 400. Neither is carried out.
 */
export type WireFault = (typeof WIRE_FAULTS)[number];

/** What goes wrong with a call that only reads: one that hangs ends as one that is `dropped`, and so does one whose answer is lost. */
export const READ_FAULTS = ['dropped', 'limited'] as const satisfies readonly WireFault[];

/** Of all writing calls to the provider, or of all reading ones, the first being 0. */
export interface Fault {
  readonly of: 'write' | 'read';
  readonly index: number;
  readonly kind: WireFault;
}

export interface Fate {
  /** The process dies right after so many marks: before anything for 0. Default: never. */
  readonly marks?: number;
  /** The process dies right before it takes this step, the first being 0. Default: never. */
  readonly step?: number;
  /** Which call to the provider goes wrong; and so does each repetition of it, until the work is over. */
  readonly fault?: Fault;
}

/** How a transport answers in the provider's place. */
export interface Transport<Answer> {
  readonly send: () => Promise<Answer>;
  readonly breakOff: () => Error;
  readonly answer: (status: 400 | 429 | 500) => Answer;
}

interface Connection {
  cut(): void;
}

const lives = new AsyncLocalStorage<Life>();

/** Whose work is running; undefined: that of a process which does not die. */
export const currentLife = (): Life | undefined => lives.getStore();

/** From here on nothing of a dead process goes on. */
export const never = <Value>(): Promise<Value> => new Promise<Value>(() => undefined);

/**
 * One piece of work as a process of its own would do it, that may be killed. Every await that leaves the process is a step:
 * each SQL statement and each request to a provider, before it goes out and after it was carried out. After a step that made
 * something durable (a commit that wrote, a writing request that the provider has carried out) there is a mark: a death between
 * two marks leaves the world exactly as one right after the first of them does.
 *
 * At its death its connections to the database are cut, so that the server rolls back what was open, and none of its promises
 * settles any more.
 */
export class Life {
  /** What has become durable, in its order. */
  readonly marks: string[] = [];
  /** Every step, in its order. */
  readonly steps: string[] = [];
  /** Writing calls to the provider, in their order; repetitions of one that went wrong left out. */
  readonly writes: string[] = [];
  /** Reading calls, likewise. */
  readonly reads: string[] = [];
  /** Marks before the call that goes wrong. */
  marksBeforeFault: number | undefined;
  /** The call that goes wrong, once it was made. */
  faulty: string | undefined;
  isDead = false;
  readonly died: Promise<void>;
  private readonly held = new Set<Connection>();
  private tellDeath = (): void => undefined;

  constructor(private readonly fate: Fate = {}) {
    this.died = new Promise((resolve) => {
      this.tellDeath = resolve;
    });
    if (fate.marks === 0) this.die();
  }

  /** @returns what the work gives; undefined when it died on the way */
  async live<Value>(work: () => Promise<Value>): Promise<Value | undefined> {
    if (this.isDead) return undefined;
    return Promise.race([lives.run(this, work), this.died.then(() => undefined)]);
  }

  /** @returns whether it is still alive to take it */
  take(step: string): boolean {
    if (this.isDead) return false;
    if (this.steps.length === this.fate.step) {
      this.die();
      return false;
    }
    this.steps.push(step);
    return true;
  }

  /** Something has become durable. @returns whether it lives to know */
  mark(what: string): boolean {
    if (this.isDead) return false;
    this.marks.push(what);
    if (this.marks.length === this.fate.marks) this.die();
    return !this.isDead;
  }

  hold(connection: Connection): void {
    if (this.isDead) connection.cut();
    else this.held.add(connection);
  }

  letGo(connection: Connection): void {
    this.held.delete(connection);
  }

  /** A request to a provider. */
  async call<Answer>(name: string, isWrite: boolean, transport: Transport<Answer>): Promise<Answer> {
    if (!this.take(name)) return never();
    const fault = this.faultOf(name, isWrite);
    const isCarriedOut = fault === undefined || fault === 'lost' || fault === 'failed_after';
    const outcome = isCarriedOut ? await settle(transport.send()) : undefined;
    // A repetition makes nothing durable that was not so before.
    const isNew = isWrite && isCarriedOut && !(fault !== undefined && this.marks.includes(name));
    const goesOn = isNew ? this.mark(name) : this.take(`${name}, answered`);
    if (!goesOn) return never();
    if (fault !== undefined) return answerWith(fault, transport);
    if (outcome?.error !== undefined) throw outcome.error;
    return outcome?.value as Answer;
  }

  private faultOf(name: string, isWrite: boolean): WireFault | undefined {
    const calls = isWrite ? this.writes : this.reads;
    const { fault } = this.fate;
    const isOfKind = fault?.of === (isWrite ? 'write' : 'read');
    if (isOfKind && calls.length === fault?.index && this.faulty === undefined) {
      this.faulty = name;
      this.marksBeforeFault = this.marks.length;
    }
    const isFaulty = isOfKind && name === this.faulty;
    const isRepetition = isFaulty && calls.includes(name);
    if (!isRepetition) calls.push(name);
    return isFaulty ? fault?.kind : undefined;
  }

  private die(): void {
    this.isDead = true;
    for (const connection of this.held) connection.cut();
    this.tellDeath();
  }
}

function answerWith<Answer>(fault: WireFault, transport: Transport<Answer>): Answer {
  switch (fault) {
    case 'dropped':
    case 'lost':
      throw transport.breakOff();
    case 'failed_after':
      return transport.answer(500);
    case 'limited':
      return transport.answer(429);
    case 'refused':
      return transport.answer(400);
    default:
      return fault satisfies never;
  }
}

const settle = <Value>(promise: Promise<Value>): Promise<{ readonly value?: Value; readonly error?: unknown }> =>
  promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
