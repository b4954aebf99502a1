import { Inject, Injectable } from '@nestjs/common';
import { DodoStore } from '../objects/dodo-store.js';
import { newId } from '../objects/identifiers.js';

/** Each rendered form carries a number of its own; the second press of its button changes nothing. */
@Injectable()
export class PortalSubmissions {
  constructor(@Inject(DodoStore) private readonly store: DodoStore) {}

  issue(): string {
    return newId('secret');
  }

  /** False when the form was sent before. A form without a number (a script's) counts as new. */
  take(id: string | null): boolean {
    if (!id) return true;
    if (this.store.find('page_submission', id)) return false;
    this.store.insert('page_submission', { id });
    return true;
  }
}
