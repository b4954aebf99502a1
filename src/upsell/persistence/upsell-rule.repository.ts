import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import type { TriggerKind, UpsellRule } from '../domain/upsell-rule.js';
import { selectList, type Columns } from './columns.js';

const RULE_COLUMNS: Columns<keyof UpsellRule> = {
  id: 'id',
  code: 'code',
  trigger: 'trigger',
  offerId: 'offer_id',
  planId: 'plan_id',
  minimum: 'minimum',
  validMinutes: 'valid_minutes',
  isActive: 'is_active',
};
const SELECT = selectList(RULE_COLUMNS, 'rule');

/** How often a rule has offered something, and what was said to it. */
export interface RuleCounts {
  readonly offered: number;
  readonly taken: number;
  readonly declined: number;
}

@Injectable()
export class UpsellRuleRepository {
  constructor(private readonly database: Database) {}

  async upsert(tx: Tx, rule: Omit<UpsellRule, 'id'>): Promise<UpsellRule> {
    const rows = await tx.query<UpsellRule>(
      `INSERT INTO upsell_rules AS rule (code, trigger, offer_id, plan_id, minimum, valid_minutes, is_active)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT ON CONSTRAINT upsell_rules_code_key DO UPDATE
         SET trigger = excluded.trigger, offer_id = excluded.offer_id, plan_id = excluded.plan_id,
             minimum = excluded.minimum, valid_minutes = excluded.valid_minutes, is_active = excluded.is_active,
             updated_at = now()
       RETURNING ${SELECT}`,
      [rule.code, rule.trigger, rule.offerId, rule.planId, rule.minimum, rule.validMinutes, rule.isActive],
    );
    return rows[0]!;
  }

  list(): Promise<UpsellRule[]> {
    return this.database.query<UpsellRule>(`SELECT ${SELECT} FROM upsell_rules rule ORDER BY code`);
  }

  async findByCode(code: string): Promise<UpsellRule | undefined> {
    const rows = await this.database.query<UpsellRule>(`SELECT ${SELECT} FROM upsell_rules rule WHERE code = $1`, [
      code,
    ]);
    return rows[0];
  }

  findOfTrigger(trigger: TriggerKind): Promise<UpsellRule[]> {
    return this.database.query<UpsellRule>(
      `SELECT ${SELECT} FROM upsell_rules rule WHERE trigger = $1 AND is_active ORDER BY code`,
      [trigger],
    );
  }

  /** @returns by rule id; one that never offered anything is left out */
  async count(ruleIds: readonly string[]): Promise<ReadonlyMap<string, RuleCounts>> {
    const rows = await this.database.query<RuleCounts & { ruleId: string }>(
      `SELECT rule_id AS "ruleId", count(*)::int AS offered,
              (count(*) FILTER (WHERE status = 'taken'))::int AS taken,
              (count(*) FILTER (WHERE status = 'declined'))::int AS declined
         FROM upsell_triggers WHERE rule_id = ANY ($1::bigint[]) GROUP BY rule_id`,
      [ruleIds],
    );
    return new Map(rows.map(({ ruleId, ...counts }) => [ruleId, counts]));
  }

  /** What it has offered stays offered. @returns whether there was one */
  async delete(tx: Tx, code: string): Promise<boolean> {
    const rows = await tx.query(`DELETE FROM upsell_rules WHERE code = $1 RETURNING id`, [code]);
    return rows.length > 0;
  }
}
