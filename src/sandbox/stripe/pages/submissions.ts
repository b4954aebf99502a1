import { Inject, Injectable } from '@nestjs/common';
import { randomText } from '../objects/identifiers.js';
import { StripeStore } from '../objects/stripe-store.js';

/** Each rendered form carries a number of its own; the second press of its button changes nothing. */
@Injectable()
export class Submissions {
  constructor(@Inject(StripeStore) private readonly store: StripeStore) {}

  issue(): string {
    return randomText(20);
  }

  /** False when the form was sent before. A form without a number (a script's) counts as new. */
  take(id: string | null): boolean {
    if (!id) return true;
    if (this.store.find('page_submission', id)) return false;
    this.store.insert('page_submission', { id });
    return true;
  }
}
