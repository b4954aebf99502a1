import { Injectable } from '@nestjs/common';
import { Database, FOREIGN_KEY_VIOLATION, sqlStateOf, type Tx } from '../../common/database/index.js';
import type { Product } from '../domain/product.js';
import { toImagePath, toImageSha256 } from '../domain/image-path.js';

interface ProductRow {
  readonly id: string;
  readonly uuid: string;
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
  readonly delivery: string | null;
  readonly image_sha256: string | null;
  readonly translations: Product['translations'];
  readonly is_active: boolean;
}

export type ProductDetails = Omit<Product, 'id' | 'uuid'>;

const COLUMNS = 'id, uuid, code, name, description, delivery, image_sha256, translations, is_active';
const CHANGEABLE = ['name', 'description', 'delivery', 'image_sha256', 'translations', 'is_active'];

@Injectable()
export class ProductRepository {
  constructor(private readonly database: Database) {}

  /** Every product, by code. */
  async findAll(): Promise<Product[]> {
    const rows = await this.database.query<ProductRow>(`SELECT ${COLUMNS} FROM products ORDER BY code`);
    return rows.map(fromRow);
  }

  async findByCode(code: string, tx?: Tx): Promise<Product | undefined> {
    const sql = `SELECT ${COLUMNS} FROM products WHERE code = $1`;
    const rows = await (tx ?? this.database).query<ProductRow>(sql, [code]);
    return rows.map(fromRow)[0];
  }

  async findByIds(ids: readonly string[], tx?: Tx): Promise<Product[]> {
    const sql = `SELECT ${COLUMNS} FROM products WHERE id = ANY ($1::bigint[])`;
    const rows = await (tx ?? this.database).query<ProductRow>(sql, [ids]);
    return rows.map(fromRow);
  }

  async upsert(tx: Tx, details: ProductDetails): Promise<Product> {
    const rows = await tx.query<ProductRow>(
      `INSERT INTO products (code, ${CHANGEABLE.join(', ')}) VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7)
       ON CONFLICT ON CONSTRAINT products_code_key DO UPDATE
         SET ${CHANGEABLE.map((column) => `${column} = excluded.${column}`).join(', ')},
             updated_at = CASE WHEN (${CHANGEABLE.map((column) => `products.${column}`).join(', ')})
                                      IS NOT DISTINCT FROM (${CHANGEABLE.map((column) => `excluded.${column}`).join(', ')})
                               THEN products.updated_at ELSE now() END
       RETURNING ${COLUMNS}`,
      [
        details.code,
        details.name,
        details.description,
        details.delivery,
        details.image && toImageSha256(details.image),
        JSON.stringify(details.translations),
        details.isActive,
      ],
    );
    return fromRow(rows[0]!);
  }

  /** The foreign keys decide whether something refers to it; `in_use` leaves the transaction unusable. */
  async delete(tx: Tx, code: string): Promise<'deleted' | 'in_use' | 'not_found'> {
    try {
      const rows = await tx.query(`DELETE FROM products WHERE code = $1 RETURNING id`, [code]);
      return rows.length > 0 ? 'deleted' : 'not_found';
    } catch (error) {
      if (sqlStateOf(error) === FOREIGN_KEY_VIOLATION) return 'in_use';
      throw error;
    }
  }
}

const fromRow = (row: ProductRow): Product => ({
  id: row.id,
  uuid: row.uuid,
  code: row.code,
  name: row.name,
  description: row.description,
  delivery: row.delivery,
  image: row.image_sha256 && toImagePath(row.image_sha256),
  translations: row.translations,
  isActive: row.is_active,
});
