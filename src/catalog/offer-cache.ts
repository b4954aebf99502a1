import { Injectable } from '@nestjs/common';
import type { Offer } from './domain/offer.js';
import { OfferRepository } from './persistence/offer.repository.js';

interface Kept {
  /** Of the catalogue, when it was asked for; what was read is of that revision or newer. */
  readonly revision: string;
  readonly offer: Offer;
}

/** Beyond this all are forgotten: catalogues are smaller, and memory is bounded whatever is in them. */
const MOST_KEPT = 2_000;

/** Offers in memory, each good for the catalogue's revision that it was read at and for no other. */
@Injectable()
export class OfferCache {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly offers: OfferRepository) {}

  /** @param revision `catalog_revision.revision`, read by the caller in this very request */
  async find(revision: string, ids: readonly string[]): Promise<readonly Offer[]> {
    const found: Offer[] = [];
    const missing: string[] = [];
    for (const id of ids) {
      const kept = this.kept.get(id);
      if (kept?.revision === revision) found.push(kept.offer);
      else missing.push(id);
    }
    if (missing.length === 0) return found;
    const read = await this.offers.findByIds(missing);
    if (this.kept.size + read.length > MOST_KEPT) this.kept.clear();
    for (const offer of read) this.kept.set(offer.id, { revision, offer });
    return [...found, ...read];
  }
}
