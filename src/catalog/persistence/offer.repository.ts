import { Injectable } from '@nestjs/common';
import { Database, FOREIGN_KEY_VIOLATION, sqlStateOf, type Tx } from '../../common/database/index.js';
import type { PaymentProvider } from '../../identity/index.js';
import type { OfferDraft } from '../domain/offer-rules.js';
import type { Offer, OfferKind } from '../domain/offer.js';
import { toImageSha256 } from '../domain/image-path.js';
import { offerFromRow, SELECT_OFFER, type OfferRow } from './offer-row.js';

/** What an offer sells, by our ids. */
export interface OfferSubject {
  readonly kind: OfferKind;
  readonly productId: string | null;
  readonly planId: string | null;
}

/** What a repeated `PUT` may change; kind, product and plan stay. */
const CHANGEABLE = [
  'name',
  'description',
  'selling_points',
  'image_sha256',
  'translations',
  'currency',
  'unit_amount',
  'allowed_methods',
  'maximum_installments',
  'minimum_installment_amount',
  'is_active',
];
const columnsOf = (table: string): string => CHANGEABLE.map((column) => `${table}.${column}`).join(', ');

/** Offers with what they sell and its current prices: each method is one query. */
@Injectable()
export class OfferRepository {
  constructor(private readonly database: Database) {}

  /** Every offer, by code. */
  async findAll(): Promise<Offer[]> {
    return this.select('ORDER BY offer.code', []);
  }

  /** @param uuid a UUID; anything else is an error of the database */
  async findByUuid(uuid: string, tx?: Tx): Promise<Offer | undefined> {
    return (await this.select('WHERE offer.uuid = $1', [uuid], tx))[0];
  }

  findByIds(ids: readonly string[], tx?: Tx): Promise<Offer[]> {
    return this.select('WHERE offer.id = ANY ($1::bigint[])', [ids], tx);
  }

  findByCodes(codes: readonly string[], tx?: Tx): Promise<Offer[]> {
    return this.select('WHERE offer.code = ANY ($1::text[])', [codes], tx);
  }

  /** By code. */
  findOfProduct(productId: string, tx?: Tx): Promise<Offer[]> {
    return this.select('WHERE offer.product_id = $1 ORDER BY offer.code', [productId], tx);
  }

  /** The offer of the first of these prices that stands for one. */
  async findByProviderPrices(
    provider: PaymentProvider,
    priceIds: readonly string[],
    tx?: Tx,
  ): Promise<Offer | undefined> {
    const offers = await this.select(
      `WHERE offer.id = (SELECT mapped.offer_id FROM offer_provider_prices mapped
                          WHERE mapped.provider = $1 AND mapped.provider_price_id = ANY ($2::text[])
                          ORDER BY array_position($2::text[], mapped.provider_price_id) LIMIT 1)`,
      [provider, priceIds],
      tx,
    );
    return offers[0];
  }

  /**
   * Makes the offer exist and locks it.
   *
   * @returns our id; undefined where the code is known and sells something else, and then nothing is written
   */
  async upsert(tx: Tx, draft: OfferDraft, subject: OfferSubject): Promise<string | undefined> {
    const rows = await tx.query<{ id: string }>(
      `INSERT INTO offers (code, kind, product_id, package_plan_id, ${CHANGEABLE.join(', ')})
       VALUES ($1, $2, $3, $4, $5, $6, $7::text[], $8, $9::jsonb, $10, $11, $12::text[], $13, $14, $15)
       ON CONFLICT ON CONSTRAINT offers_code_key DO UPDATE
         SET (${CHANGEABLE.join(', ')}) = ROW (${columnsOf('excluded')}),
             updated_at = CASE WHEN (${columnsOf('offers')}) IS NOT DISTINCT FROM (${columnsOf('excluded')})
                               THEN offers.updated_at ELSE now() END
         WHERE (offers.product_id, offers.package_plan_id)
               IS NOT DISTINCT FROM (excluded.product_id, excluded.package_plan_id)
       RETURNING id`,
      [draft.code, subject.kind, subject.productId, subject.planId, ...toValues(draft)],
    );
    return rows[0]?.id;
  }

  /**
   * Deletes an offer that nothing refers to, with its provider prices: none of them has ever stood for a sale. The foreign
   * keys decide; `in_use` leaves the transaction unusable.
   */
  async delete(tx: Tx, code: string): Promise<'deleted' | 'in_use' | 'not_found'> {
    const rows = await tx.query<{ id: string }>(`SELECT id FROM offers WHERE code = $1 FOR UPDATE`, [code]);
    if (rows.length === 0) return 'not_found';
    try {
      await tx.query(`DELETE FROM offer_provider_prices WHERE offer_id = $1`, [rows[0]!.id]);
      await tx.query(`DELETE FROM offers WHERE id = $1`, [rows[0]!.id]);
      return 'deleted';
    } catch (error) {
      if (sqlStateOf(error) === FOREIGN_KEY_VIOLATION) return 'in_use';
      throw error;
    }
  }

  private async select(rest: string, parameters: readonly unknown[], tx?: Tx): Promise<Offer[]> {
    const sql = `${SELECT_OFFER} ${rest}`;
    const rows = await (tx ? tx.query<OfferRow>(sql, parameters) : this.database.prepared<OfferRow>(sql, parameters));
    return rows.map(offerFromRow);
  }
}

/** In the order of `CHANGEABLE`. */
const toValues = (draft: OfferDraft): unknown[] => [
  draft.name,
  draft.description,
  draft.sellingPoints,
  draft.image && toImageSha256(draft.image),
  JSON.stringify(draft.translations),
  draft.currency,
  draft.unitAmount,
  draft.allowedMethods,
  draft.maximumInstallments,
  draft.minimumInstallmentAmount,
  draft.isActive,
];
