/**
 * The time by which product rules are decided (UTC). Signatures, tokens and leases use the system's clock instead: they
 * must hold between processes whatever a test or a demonstration does with this one.
 */
export abstract class Clock {
  abstract now(): Date;
}

export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
