import type { MatrixCustomer } from '../e2e/matrix-customer.js';
import type { ProviderId } from '../e2e/matrix-world.js';
import type { Answer } from '../support/http.js';
import type { CrashWorld } from './crash-world.js';

/** What the card of the customer does when it is charged. */
export type Card = 'good' | 'declined' | 'authenticates';

/** One customer, right before the act during which the process dies. */
export interface Scene {
  /** What has moved at the provider when all is done, in minor units; negative for money that goes back, 0 for none. */
  readonly movement: number;
  /** What had moved before; where it is absent: what has moved when the scene begins. */
  readonly movedBefore?: number;
  /** What dies. @returns the answer to the customer, if somebody gets one */
  act(): Promise<Answer | undefined>;
  /** Whether the answer said that it is done. */
  isTold(answer: Answer): boolean;
  /** Whether it is done by our rows. */
  isDone(): Promise<boolean>;
  /** Whether it is done at the provider; where money moves, that tells it. */
  isMade?(): Promise<boolean>;
  /** The customer tries again, as the page or the API leads them. @returns the answer; undefined when there was nothing left to do */
  press(): Promise<Answer | undefined>;
  /** What our rows and the provider's do not agree about; only where nothing is under way. */
  disagreements(): Promise<readonly string[]>;
}

export interface CrashPath {
  readonly name: string;
  readonly providers: readonly ProviderId[];
  readonly cards?: Partial<Record<ProviderId, readonly Card[]>>;
  /** It does the work of everybody at once: it is played by itself. */
  readonly isAlone?: boolean;
  /** What the customer did before; the provider's events of it arrive before `begin`. */
  arrange(world: CrashWorld, customer: MatrixCustomer, card: Card): Promise<void>;
  begin(world: CrashWorld, customer: MatrixCustomer, card: Card): Promise<Scene>;
}
