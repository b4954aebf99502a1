import { Injectable } from '@nestjs/common';
import type { ProviderName } from '../../billing-providers/index.js';
import { Database } from '../../common/database/index.js';
import type { CrossSellStatus } from '../domain/cross-sell.js';
import type { SaleItemStatus } from '../domain/sale-item.js';

/** Whose offers are asked for: by what the provider knows them as. */
export interface ProviderCustomer {
  readonly userId: string;
  readonly provider: ProviderName;
  readonly customerId: string;
}

/** What a provider's customer is offered, and what they have said to it. */
@Injectable()
export class EligibilityRepository {
  constructor(private readonly database: Database) {}

  /**
   * The session of the customer's newest sale that has one; of those that are not over, if asked for.
   *
   * @returns the uuid of the sale's main item, by which a visit is found
   */
  async findNewestVisit(customer: ProviderCustomer, isOpen: boolean): Promise<string | undefined> {
    const rows = await this.database.query<{ uuid: string }>(
      `SELECT item.uuid FROM sales sale
         JOIN upsell_sessions session ON session.sale_id = sale.id
         JOIN sale_items item ON item.id = session.sale_item_id
        WHERE sale.user_id = $1 AND sale.payment_provider = $2 AND sale.provider_customer_id = $3
          AND (NOT $4 OR session.status IN ('open', 'charging'))
        ORDER BY sale.id DESC LIMIT 1`,
      [customer.userId, customer.provider, customer.customerId, isOpen],
    );
    return rows[0]?.uuid;
  }

  /** Whether anything was said in the session at another step than this one. */
  async hasDecidedElsewhere(sessionId: string, stepPosition: number): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT 1 FROM upsell_decisions WHERE session_id = $1 AND step_position <> $2 LIMIT 1`,
      [sessionId, stepPosition],
    );
    return rows.length > 0;
  }

  /** What has become of what was agreed to in the session by these terms. */
  async findAgreedItem(sessionId: string, digest: string): Promise<SaleItemStatus | undefined> {
    const rows = await this.database.query<{ status: SaleItemStatus }>(
      `SELECT item.status FROM upsell_decisions decision JOIN sale_items item ON item.id = decision.sale_item_id
        WHERE decision.session_id = $1 AND decision.agreed ->> 'digest' = $2 ORDER BY decision.id DESC LIMIT 1`,
      [sessionId, digest],
    );
    return rows[0]?.status;
  }

  /** What has become of what was agreed to at a moment by these terms, which name the moment. */
  async findAgreedCrossSell(
    userId: string,
    digest: string,
  ): Promise<{ readonly uuid: string; readonly status: CrossSellStatus } | undefined> {
    const rows = await this.database.query<{ uuid: string; status: CrossSellStatus }>(
      `SELECT uuid, status FROM cross_sells
        WHERE user_id = $1 AND trigger_id IS NOT NULL AND agreed ->> 'digest' = $2
        ORDER BY (status = 'paid') DESC, id DESC LIMIT 1`,
      [userId, digest],
    );
    return rows[0];
  }
}
