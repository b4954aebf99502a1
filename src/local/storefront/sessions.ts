import { randomBytes } from 'node:crypto';
import type { RecordedCall } from './clients/call.js';
import type { PlanQuote } from './clients/api.types.js';
import type { Customer } from './customers.js';
import { DEFAULT_PROVIDER, type ProviderId } from './providers.js';
import type { Language } from './texts/index.js';

export interface Notice {
  readonly kind: 'done' | 'information' | 'error';
  readonly text: string;
  /** Of a problem document. */
  readonly problem?: { readonly status: number; readonly code: string };
}

/** A checkout that was opened; whether it was paid, the provider knows. */
export interface Order {
  readonly provider: ProviderId;
  readonly checkoutId: string;
}

/** One browser's visit, in memory: a restart signs everybody out. */
export interface Session {
  readonly id: string;
  customer?: Customer;
  /** Only when the visitor has chosen one; a customer's own language otherwise. */
  language?: Language;
  /** Where new purchases are paid. */
  provider: ProviderId;
  /** Checkouts of the shop's own that were opened in this visit, by the word that their return address has. */
  readonly orders: Map<string, Order>;
  /** What the last question "what would a change cost now?" was answered with. */
  quote?: PlanQuote;
  /** Shown once. */
  notice?: Notice;
  /** What the last action called. */
  calls: readonly RecordedCall[];
  /** Number of the next action; each form carries it, so that an action runs once however often its button is pressed. */
  sequence: number;
  latest?: { readonly key: string; readonly location: Promise<string>; endedAt?: number };
}

const MAXIMUM_SESSIONS = 1_000;

export class Sessions {
  private readonly sessions = new Map<string, Session>();

  find(id: string | undefined): Session | undefined {
    return id === undefined ? undefined : this.sessions.get(id);
  }

  create(): Session {
    const id = randomBytes(18).toString('base64url');
    const session: Session = { id, provider: DEFAULT_PROVIDER, orders: new Map(), calls: [], sequence: 1 };
    this.sessions.set(session.id, session);
    const oldest = this.sessions.keys().next().value;
    if (this.sessions.size > MAXIMUM_SESSIONS && oldest !== undefined) this.sessions.delete(oldest);
    return session;
  }
}

/** A second press within this time is the same press; later it comes from a page that is out of date. */
const SAME_PRESS_MILLISECONDS = 5_000;

/**
 * Runs an action once: a double click waits for the first one's end and goes where that one goes.
 *
 * @param key what is asked for: path and form, the session's sequence number included
 * @returns where to go; undefined when the page that asks is out of date, and nothing was done
 */
export function runOnce(
  session: Session,
  key: string,
  sequence: number,
  action: () => Promise<string>,
): Promise<string> | undefined {
  const { latest } = session;
  const isRecent = latest?.endedAt === undefined || performance.now() - latest.endedAt < SAME_PRESS_MILLISECONDS;
  if (latest?.key === key && isRecent) return latest.location;
  if (sequence !== session.sequence) return undefined;
  session.sequence += 1;
  const location = action().finally(() => {
    running.endedAt = performance.now();
  });
  const running: NonNullable<Session['latest']> = { key, location };
  session.latest = running;
  return location;
}
