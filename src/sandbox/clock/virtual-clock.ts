/** A moment in milliseconds since the epoch plus the way time goes on from there. Forward only. */
export interface ClockSetting {
  readonly frozen: boolean;
  /** Where a frozen clock stands; for a ticking clock the moment it was last set to. */
  readonly at: number;
}

/**
 * The only source of time of the sandbox. It ticks with the machine plus an offset, or stands still between steps
 * (`frozen`). While due work runs it is pinned to the time of that work, so that everything the work creates carries
 * the time at which the provider would have done it.
 */
export class VirtualClock {
  private offset: number;
  private standing: number;
  private pinned: number | undefined;

  constructor(
    startAt: Date,
    readonly frozen: boolean,
  ) {
    this.standing = startAt.getTime();
    this.offset = startAt.getTime() - Date.now();
  }

  now(): Date {
    return new Date(this.milliseconds());
  }

  /** Whole seconds, the resolution of every timestamp that Stripe sends. */
  seconds(): number {
    return Math.floor(this.milliseconds() / 1000);
  }

  milliseconds(): number {
    if (this.pinned !== undefined) return this.pinned;
    return this.frozen ? this.standing : Date.now() + this.offset;
  }

  pin(at: number): void {
    this.pinned = Math.max(at, this.milliseconds());
  }

  unpin(): void {
    if (this.pinned === undefined) return;
    const reached = this.pinned;
    this.pinned = undefined;
    this.moveTo(reached);
  }

  moveTo(at: number): void {
    this.standing = Math.max(this.standing, at);
    if (!this.frozen) this.offset = Math.max(this.offset, at - Date.now());
  }

  toSetting(): ClockSetting {
    return { frozen: this.frozen, at: this.milliseconds() };
  }
}
