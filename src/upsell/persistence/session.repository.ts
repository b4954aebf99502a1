import { Injectable } from '@nestjs/common';
import type { ChargeFailureCode, SavedCard } from '../../billing-providers/index.js';
import { Database, type Tx } from '../../common/database/index.js';
import type { Sale } from '../domain/sale.js';
import { mayMoveSession, type Session, type SessionStatus } from '../domain/session.js';
import { pickPrefixed, selectList, type Columns } from './columns.js';
import { SALE_COLUMNS } from './sale.repository.js';

const SESSION_COLUMNS: Columns<keyof Session> = {
  id: 'id',
  uuid: 'uuid',
  saleId: 'sale_id',
  saleItemId: 'sale_item_id',
  userId: 'user_id',
  versionId: 'version_id',
  status: 'status',
  stepPosition: 'step_position',
  offeredOfferIds: 'offered_offer_ids::text[]',
  stepExpiresAt: 'step_expires_at',
  chargeAttemptId: 'charge_attempt_id',
  lastFailure: 'last_failure',
  methods: 'methods',
  redirectUrl: 'redirect_url',
  expiresAt: 'expires_at',
  closedAt: 'closed_at',
  createdAt: 'created_at',
};
const SELECT = selectList(SESSION_COLUMNS, 'session');

/** A sale by its main item, with its session: what every page of a customer begins with. */
export const SELECT_VISIT = `
  SELECT ${selectList(SALE_COLUMNS, 'sale', 'sale_')}, ${selectList(SESSION_COLUMNS, 'session', 'session_')},
         owner.external_id AS "userExternalId", bought.uuid AS "boughtUuid",
         coalesce(funnel.is_killed, false) OR (SELECT is_killed FROM upsell_switch) AS "isKilled",
         (SELECT revision FROM catalog_revision) AS "catalogRevision"
    FROM sale_items item
    JOIN sales sale ON sale.id = item.sale_id
    JOIN offers bought ON bought.id = sale.offer_id
    JOIN users owner ON owner.id = sale.user_id
    LEFT JOIN upsell_sessions session ON session.sale_id = sale.id
    LEFT JOIN upsell_funnel_versions version ON version.id = session.version_id
    LEFT JOIN upsell_funnels funnel ON funnel.id = version.funnel_id
   WHERE item.uuid = $1 AND item.kind = 'main'`;

export type NewSession = Pick<
  Session,
  | 'saleId'
  | 'saleItemId'
  | 'userId'
  | 'versionId'
  | 'status'
  | 'stepPosition'
  | 'offeredOfferIds'
  | 'methods'
  | 'redirectUrl'
  | 'expiresAt'
  | 'closedAt'
>;

/** What of a session changes; what is left out stays. */
export interface SessionChange {
  readonly status: SessionStatus;
  readonly stepPosition?: number | null;
  readonly offeredOfferIds?: readonly string[];
  readonly stepExpiresAt?: Date | null;
  readonly chargeAttemptId?: string | null;
  readonly lastFailure?: ChargeFailureCode | null;
  readonly redirectUrl?: string | null;
  readonly closedAt?: Date | null;
}

/** What a token opens: a sale, and the session that was begun after it, if any. */
export interface Visit {
  readonly sale: Sale;
  readonly userExternalId: string;
  /** Uuid of the offer that was bought. */
  readonly boughtUuid: string;
  readonly session: Session | undefined;
  /** Whether the session's funnel, or everything, is killed now. */
  readonly isKilled: boolean;
  /** Of the catalogue, when the visit was read: what is known of offers at it need not be read again. */
  readonly catalogRevision: string;
}

@Injectable()
export class SessionRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Tx, session: NewSession): Promise<Session> {
    const rows = await tx.query<Session>(
      `INSERT INTO upsell_sessions AS session (sale_id, sale_item_id, user_id, version_id, status, step_position,
                                    offered_offer_ids, methods, redirect_url, expires_at, closed_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING ${SELECT}`,
      [
        session.saleId,
        session.saleItemId,
        session.userId,
        session.versionId,
        session.status,
        session.stepPosition,
        session.offeredOfferIds,
        session.methods === null ? null : JSON.stringify(session.methods),
        session.redirectUrl,
        session.expiresAt,
        session.closedAt,
      ],
    );
    return rows[0]!;
  }

  /** By the sale's main item, in one query: every page that a customer loads begins here. */
  async findVisit(saleItemUuid: string): Promise<Visit | undefined> {
    const rows = await this.database.prepared<Record<string, unknown> & Omit<Visit, 'sale' | 'session'>>(SELECT_VISIT, [
      saleItemUuid,
    ]);
    const row = rows[0];
    if (!row) return undefined;
    const session = pickPrefixed<Session>(row, 'session_');
    return {
      sale: pickPrefixed<Sale>(row, 'sale_'),
      userExternalId: row.userExternalId,
      boughtUuid: row.boughtUuid,
      session: session.id === null ? undefined : session,
      isKilled: row.isKilled,
      catalogRevision: row.catalogRevision,
    };
  }

  async findBySale(saleId: string, tx?: Tx): Promise<Session | undefined> {
    const rows = await (tx ?? this.database).query<Session>(
      `SELECT ${SELECT} FROM upsell_sessions session WHERE sale_id = $1`,
      [saleId],
    );
    return rows[0];
  }

  async lock(tx: Tx, id: string): Promise<Session> {
    const rows = await tx.query<Session>(`SELECT ${SELECT} FROM upsell_sessions session WHERE id = $1 FOR UPDATE`, [
      id,
    ]);
    if (!rows[0]) throw new Error(`There is no upsell session ${id}.`);
    return rows[0];
  }

  /** Locked before its sale. */
  async lockBySale(tx: Tx, saleId: string): Promise<Session | undefined> {
    const rows = await tx.query<Session>(
      `SELECT ${SELECT} FROM upsell_sessions session WHERE sale_id = $1 FOR UPDATE`,
      [saleId],
    );
    return rows[0];
  }

  /** No other transaction decides about a purchase of this user until this one ends. Taken after the session's lock. */
  async lockPurchasesOfUser(tx: Tx, userId: string): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('upsell.user:' || $1::text, 0))`, [userId]);
  }

  /** A group has one plan at a time, whichever of its people buys it. Locked after the purchases of the user. */
  async lockPlansOfGroup(tx: Tx, groupId: string): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('upsell.group:' || $1::text, 0))`, [groupId]);
  }

  /**
   * Moves a locked session on.
   *
   * @throws Error when its status does not lead there: whoever holds the lock has looked
   */
  async move(tx: Tx, session: Session, change: SessionChange): Promise<Session> {
    if (!mayMoveSession(session.status, change.status)) {
      throw new Error(`An upsell session that is ${session.status} cannot become ${change.status}.`);
    }
    const next = { ...session, ...change };
    const rows = await tx.query<Session>(
      `UPDATE upsell_sessions AS session SET status = $2, step_position = $3, offered_offer_ids = $4, step_expires_at = $5,
         charge_attempt_id = $6, last_failure = $7, redirect_url = $8, closed_at = $9, updated_at = now()
       WHERE id = $1 RETURNING ${SELECT}`,
      [
        session.id,
        next.status,
        next.stepPosition,
        next.offeredOfferIds,
        next.stepExpiresAt,
        next.chargeAttemptId,
        next.lastFailure,
        next.redirectUrl,
        next.closedAt,
      ],
    );
    return rows[0]!;
  }

  /** The first answer stays until a card turns out to be gone, when it is to be charged. */
  async keepMethods(tx: Tx, saleId: string, methods: readonly SavedCard[]): Promise<void> {
    await tx.query(
      `UPDATE upsell_sessions SET methods = $2, updated_at = now() WHERE sale_id = $1 AND methods IS NULL`,
      [saleId, JSON.stringify(methods)],
    );
  }

  /** What the provider has said since. */
  async replaceMethods(tx: Tx, saleId: string, methods: readonly SavedCard[]): Promise<void> {
    await tx.query(`UPDATE upsell_sessions SET methods = $2, updated_at = now() WHERE sale_id = $1`, [
      saleId,
      JSON.stringify(methods),
    ]);
  }

  /** Open sessions whose time, or whose step's time, is over, and those whose funnel, or everything, is killed. */
  async findLapsed(now: Date, limit: number): Promise<readonly string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT session.id
         FROM upsell_sessions session
         JOIN upsell_funnel_versions version ON version.id = session.version_id
         JOIN upsell_funnels funnel ON funnel.id = version.funnel_id
        WHERE session.status = 'open'
          AND (session.expires_at <= $1 OR session.step_expires_at <= $1
               OR funnel.is_killed OR (SELECT is_killed FROM upsell_switch))
        ORDER BY session.expires_at LIMIT $2`,
      [now, limit],
    );
    return rows.map(({ id }) => id);
  }
}
