import type { QueryRunner } from 'typeorm';

const QUERIES = {
  columns: `
    SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity, generation_expression
      FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, ordinal_position`,
  constraints: `
    SELECT conrelid::regclass::text AS table, conname, pg_get_constraintdef(oid) AS definition
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2`,
  indexes: `SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2`,
  views: `SELECT viewname, definition FROM pg_views WHERE schemaname = 'public' ORDER BY 1`,
  functions: `
    SELECT proname, pg_get_functiondef(oid) AS definition
      FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1, 2`,
  triggers: `
    SELECT tgrelid::regclass::text AS table, tgname, pg_get_triggerdef(oid) AS definition
      FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2`,
  types: `
    SELECT typname FROM pg_type
     WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd') ORDER BY 1`,
};

/** Everything that a migration can make in schema `public`, for comparing. */
export async function takeSnapshot(runner: QueryRunner): Promise<Record<string, unknown[]>> {
  const snapshot: Record<string, unknown[]> = {};
  for (const [name, sql] of Object.entries(QUERIES)) snapshot[name] = await runner.query(sql);
  return snapshot;
}
