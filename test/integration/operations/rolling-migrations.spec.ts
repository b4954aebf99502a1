import { describe, expect, it } from 'vitest';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import * as migrations from '../../../migrations/index.js';
import { findContractions } from './expand-only.js';

/** The first version's schema. */
const BASELINE = 'Webhook1763600004000';

/** What contracts all the same, and why the version before can bear it, or could not. */
const EXCEPTIONS: Readonly<Record<string, { readonly problems: number; readonly why: string }>> = {
  CatalogRevision1763750000000: {
    problems: 5,
    why: 'counts changes of the catalogue: what the version before writes is counted too, which nobody there sees',
  },
  ChargeAttemptsSubject1763750001000: { problems: 1, why: 'an index that no statement of the version before used' },
  DodoProvider1763800001000: {
    problems: 7,
    why: 'each constraint makes room in one statement: it allows more than before; a trigger counts changes as the others do',
  },
  PlanChanges1763800002000: {
    problems: 2,
    why:
      'was made before a version was given away: quotes of the version before it are refused (mode, credit), ' +
      'and its open switches are renamed under it',
  },
  CrossSells1763800003000: { problems: 2, why: 'the constraint makes room: it allows more than before' },
};

/** What `up()` executes, in order. */
async function statementsOf(migration: MigrationInterface): Promise<string[]> {
  const statements: string[] = [];
  const recorder = { query: async (sql: string) => void statements.push(sql) };
  await migration.up(recorder as unknown as QueryRunner);
  return statements;
}

const stampOf = (name: string): string => name.slice(-13);
const later = Object.entries(migrations)
  .map(([name, Migration]) => ({ name, migration: new Migration() as MigrationInterface }))
  .filter(({ name }) => stampOf(name) > stampOf(BASELINE));

describe('a migration', () => {
  it.each(later)('only adds, so that the version before runs beside it: $name', async ({ name, migration }) => {
    const problems = findContractions(await statementsOf(migration));
    expect(problems).toHaveLength(EXCEPTIONS[name]?.problems ?? 0);
  });

  it('has no exception that is not there', () => {
    const names = later.map(({ name }) => name);
    expect(Object.keys(EXCEPTIONS).filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe('the rule', () => {
  const TIMEOUT = `SET LOCAL lock_timeout = '5s'`;

  it.each([
    ['drops', 'DROP TABLE users'],
    ['drops', 'ALTER TABLE users DROP COLUMN name'],
    ['drops', 'ALTER TABLE users ALTER COLUMN name DROP DEFAULT'],
    ['drops', 'ALTER TABLE users ALTER COLUMN name DROP NOT NULL'],
    ['drops', 'DROP INDEX CONCURRENTLY users_email_key'],
    ['renames', 'ALTER TABLE users RENAME COLUMN name TO full_name'],
    ['renames', 'ALTER TABLE users RENAME TO people'],
    ['changes a type', 'ALTER TABLE users ALTER COLUMN id TYPE integer'],
    ['changes a type', 'ALTER TABLE users ALTER COLUMN id SET DATA TYPE integer'],
    ['refuses null', 'ALTER TABLE users ALTER COLUMN name SET NOT NULL'],
    ['changes rows', `UPDATE users SET name = ''`],
    ['changes rows', 'TRUNCATE users'],
    ['adds a trigger', 'CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION f()'],
    ['adds a unique index', 'CREATE UNIQUE INDEX users_name_key ON users (name)'],
    ['adds a column that the older version does not fill', 'ALTER TABLE users ADD COLUMN age integer NOT NULL'],
    [
      'adds a column that the older version does not fill',
      `ALTER TABLE users ADD COLUMN tags text[] NOT NULL DEFAULT '{a,b}', ADD COLUMN age integer NOT NULL`,
    ],
    ['rewrites the table', 'ALTER TABLE users ADD COLUMN uuid uuid NOT NULL DEFAULT gen_random_uuid()'],
    ['adds a constraint', `ALTER TABLE users ADD CONSTRAINT named CHECK (name <> '')`],
    ['builds an index while nobody can write', 'CREATE INDEX later_idx ON webhook_events (created_at)'],
  ])('finds what %s: %s', (what, sql) => {
    expect(findContractions([TIMEOUT, sql]).map((problem) => problem.split(':')[0])).toContain(what);
  });

  it('finds a migration that waits for locks', () => {
    expect(findContractions([`ALTER TABLE users ADD COLUMN age integer`])).toEqual(['waits for locks without a limit']);
  });

  it.each([
    'CREATE TABLE pets (id bigint, CONSTRAINT pets_pkey PRIMARY KEY (id))',
    'ALTER TABLE users ADD COLUMN age integer',
    `ALTER TABLE users ADD COLUMN age integer NOT NULL DEFAULT 0, ADD CONSTRAINT users_age_check CHECK (age >= 0)`,
    'CREATE INDEX users_name_idx ON users (name)',
    'CREATE INDEX IF NOT EXISTS later_idx ON webhook_events (created_at)',
    'ALTER TABLE users ALTER COLUMN name SET DEFAULT $$nobody$$',
  ])('has nothing against %s', (sql) => {
    expect(findContractions([TIMEOUT, sql])).toEqual([]);
  });

  it('leaves a migration its own tables', () => {
    const own = [
      'CREATE TABLE pets (id bigint)',
      'INSERT INTO pets VALUES (1)',
      'CREATE UNIQUE INDEX pets_key ON pets (id)',
    ];
    expect(findContractions([TIMEOUT, ...own])).toEqual([]);
  });
});
