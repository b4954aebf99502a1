import type {
  ChargeCommand,
  ChargeFailureCode,
  ChargeReferences,
  MethodSummary,
  NextStep,
} from '../../billing-providers/index.js';
import type { PaymentProvider } from '../../identity/index.js';
import type { AttemptStatus } from './attempt-status.js';

/** What a caller wants to happen once. Amounts in minor units of an upper-case ISO 4217 currency. */
export interface NewAttempt {
  /** What must happen at most once, such as `upsell:{session}:{step}`. */
  readonly intentKey: string;
  /** Whose it is: names the handler that hears of its moves (`ChargingService.onMoved`). */
  readonly purpose: string;
  /** Id of the purpose's own row that this is about. */
  readonly subjectId: string;
  readonly provider: PaymentProvider;
  readonly userId: string;
  readonly amount: number;
  readonly currency: string;
  /** The provider's call, word for word: a repetition sends exactly this. */
  readonly command: ChargeCommand;
  /** Its name, where the caller must know it again; else one is made up. */
  readonly uuid?: string;
}

/** One try to move money. */
export interface ChargeAttempt extends NewAttempt {
  readonly id: string;
  /** Its name towards the provider and the outside. */
  readonly uuid: string;
  readonly status: AttemptStatus;
  /** As asked (`command.amount`) until the provider says what it took. */
  readonly amount: number;
  readonly references: ChargeReferences;
  /** What the customer has to do; null when nothing, and always once it is over. A URL in it is a bearer credential. */
  readonly nextStep: NextStep | null;
  readonly method: MethodSummary | null;
  readonly failureCode: ChargeFailureCode | null;
  /** The provider's own word, for operators. */
  readonly failureDetail: string | null;
  /** By the database's clock. */
  readonly sentAt: Date | null;
  /** When a complete list of the provider first lacked it; by the database's clock. */
  readonly absentAt: Date | null;
  /** When an open one is looked at again; product time. */
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
}
