import { Clock } from '../../src/common/clock/index.js';

const START = new Date('2026-01-15T09:00:00.000Z');

/** Product time that stands still until a test moves it. Signatures, tokens and leases keep the system's time. */
export class TestClock extends Clock {
  private current = START;

  now(): Date {
    return new Date(this.current);
  }

  /** @param moment ISO 8601 or a Date, UTC */
  set(moment: string | Date): void {
    this.current = new Date(moment);
  }

  advance(by: { days?: number; hours?: number; minutes?: number; seconds?: number }): void {
    const minutes = ((by.days ?? 0) * 24 + (by.hours ?? 0)) * 60 + (by.minutes ?? 0);
    this.current = new Date(this.current.getTime() + (minutes * 60 + (by.seconds ?? 0)) * 1_000);
  }
}
