import { send, type Recorder, type Result } from './call.js';

export type ClockStep = { readonly seconds: number } | { readonly to: string };

interface ClockReading {
  /** Virtual time, ISO 8601. */
  readonly now: string;
}

const ACTOR = 'sandbox control';
/** A long step runs every renewal in it, and waits for the webhooks of each. */
const ADVANCE_TIMEOUT_MILLISECONDS = 120_000;

/** The control routes of the provider sandbox: a shop over the real provider would have no time machine. */
export class Sandbox {
  constructor(readonly url: string) {}

  readClock(record: Recorder): Promise<Result<ClockReading>> {
    return send(this.url, { method: 'GET', path: '/sandbox/clock', actor: ACTOR }, record);
  }

  /** Runs all that falls due, and answers when each webhook that it caused was tried once. Zero seconds only wait for that. */
  advance(step: ClockStep, record: Recorder): Promise<Result<ClockReading>> {
    const timeoutMilliseconds = ADVANCE_TIMEOUT_MILLISECONDS;
    const call = { method: 'POST', path: '/sandbox/clock/advance', actor: ACTOR, body: step } as const;
    return send(this.url, { ...call, timeoutMilliseconds }, record);
  }
}
