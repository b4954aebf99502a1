import type { Answer, Quote, View } from './view.types.js';

export interface Screen {
  readonly content: readonly (Node | string | null | undefined | false)[];
  /** Ends its timers. */
  stop(): void;
  /** The same screen, with a newer state. */
  update?(view: View): void;
}

/** A payment that did not go through, and what was chosen for it. */
export interface Tried {
  readonly offer: string;
  /** As JSON. */
  readonly method: string;
  readonly taxId: string;
  /** It was the method's fault. */
  readonly hasFailed: boolean;
}

/** What a screen can ask for; what comes of it is the next screen. */
export interface Actions {
  pay(order: object, about: Omit<Tried, 'hasFailed'> & { name: string }): void;
  decline(step: string): void;
  cancelPayment(step: string): void;
  /** Cancels the open payment and declines what it was for. */
  refusePayment(step: string): void;
  quote(step: string, offer: string): Promise<Answer<Quote>>;
  /** Asks the API what is to be shown now. */
  refresh(): Promise<void>;
}

export interface Message {
  readonly kind: 'bad' | 'good' | 'plain';
  readonly text: string;
  /** It is said at this field too. */
  readonly field?: 'tax_id' | undefined;
}
