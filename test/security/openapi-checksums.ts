import type { FullWorld } from './openapi-world.js';

/** What may change though nothing is asked for: when a key was last used is noted, to the minute. */
const NOTED: Readonly<Record<string, readonly string[]>> = { api_keys: ['last_used_at'] };

/** Of every table how many rows it has, and a digest of them; of the jobs those that somebody has put there. */
export type Checksums = Readonly<Record<string, string>>;

/** Rows by table, each as a digest of what is in it. */
export type RowDigests = Readonly<Record<string, readonly string[]>>;

const JOBS = `SELECT md5(task_identifier || coalesce(key, '') || run_at) AS digest FROM graphile_worker.jobs
  WHERE task_identifier NOT IN (SELECT identifier FROM graphile_worker._private_known_crontabs)`;

async function tableNames(world: FullWorld): Promise<string[]> {
  const rows = await world.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name`,
  );
  return rows.map(({ name }) => name);
}

/** What a customer's own request may bring up to date of what is theirs, also when it is refused. */
const OWN_ROWS: Readonly<Record<string, string>> = {
  plan_quotes: 'user_id',
  upsell_sessions: 'user_id',
};

function digestsOf(table: string, except?: string): string {
  const noted = (NOTED[table] ?? []).join(',');
  const owner = except === undefined ? undefined : OWN_ROWS[table];
  const others = owner ? `WHERE ${owner} <> (SELECT id FROM users WHERE external_id = '${except}')` : '';
  return `SELECT md5((to_jsonb(t) - '{${noted}}'::text[])::text) AS digest FROM "${table}" t ${others}`;
}

const sources = async (world: FullWorld, except?: string): Promise<[string, string][]> => [
  ...(await tableNames(world)).map((table): [string, string] => [table, digestsOf(table, except)]),
  ['jobs', JOBS],
];

/** @param except a customer whose own rows may be brought up to date */
export async function readChecksums(world: FullWorld, except?: string): Promise<Checksums> {
  const selects = (await sources(world, except)).map(
    ([name, sql]) =>
      `SELECT '${name}' AS name, count(*) || ' ' || coalesce(md5(string_agg(digest, '' ORDER BY digest)), '') AS sum
         FROM (${sql}) rows`,
  );
  const rows = await world.query<{ name: string; sum: string }>(selects.join(' UNION ALL '));
  return Object.fromEntries(rows.map(({ name, sum }) => [name, sum]));
}

/** Which tables have other rows now. */
export const changesBetween = (before: Checksums, after: Checksums): string[] =>
  Object.keys({ ...before, ...after }).filter((name) => before[name] !== after[name]);

export async function readRowDigests(world: FullWorld): Promise<RowDigests> {
  const selects = (await sources(world)).map(
    ([name, sql]) => `SELECT '${name}' AS name, coalesce(array_agg(digest), '{}') AS digests FROM (${sql}) rows`,
  );
  const rows = await world.query<{ name: string; digests: string[] }>(selects.join(' UNION ALL '));
  return Object.fromEntries(rows.map(({ name, digests }) => [name, digests]));
}

/** How many rows of each table are no longer as they were; rows that came are not counted. */
export function countLost(before: RowDigests, after: RowDigests): Readonly<Record<string, number>> {
  const lost = Object.entries(before).map(([name, digests]) => {
    const left = new Set(after[name] ?? []);
    return [name, digests.filter((digest) => !left.has(digest)).length] as const;
  });
  return Object.fromEntries(lost.filter(([, count]) => count > 0));
}
