/** Tables whose every row costs something while it is indexed: an index on them is built beforehand, CONCURRENTLY. */
const HOT_TABLES = ['webhook_events', 'subscription_facts', 'subscription_histories', 'upsell_events'];

const CREATED = /^create table (\w+)/;
/** What takes something away, renames or rewrites it, or makes the older version's writes do something else. */
const REFUSED: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  { pattern: /\bdrop (table|column|constraint|index|trigger|function|view|type|default|not null)\b/, what: 'drops' },
  { pattern: /\brename\b/, what: 'renames' },
  { pattern: /\balter column \w+ (set data )?type\b/, what: 'changes a type' },
  { pattern: /\balter column \w+ set not null\b/, what: 'refuses null' },
  { pattern: /^(update|delete|truncate|insert)\b/, what: 'changes rows' },
  { pattern: /^create (constraint )?trigger\b/, what: 'adds a trigger' },
  { pattern: /^create or replace\b/, what: 'replaces' },
  { pattern: /^create unique index\b/, what: 'adds a unique index' },
  { pattern: /^(lock|vacuum|cluster|reindex)\b/, what: 'locks' },
];

/**
 * What of a migration's statements an older version that runs beside it would not bear: it writes and reads as before. What is
 * done to tables that the migration itself makes is its own affair.
 *
 * @param statements in their order, as `up()` executes them
 */
export function findContractions(statements: readonly string[]): string[] {
  const [first = '', ...others] = statements.map(normalise);
  const problems = /^set local lock_timeout = '[1-5]s'$/.test(first) ? [] : ['waits for locks without a limit'];
  const own = new Set(others.flatMap((statement) => CREATED.exec(statement)?.[1] ?? []));
  for (const statement of others) {
    const table = tableOf(statement);
    if (table !== undefined && own.has(table)) continue;
    const tell = (what: string) => problems.push(`${what}: ${statement.slice(0, 120)}`);
    for (const { pattern, what } of REFUSED) if (pattern.test(statement)) tell(what);
    for (const clause of splitClauses(statement)) {
      if (isColumnThatNobodyFills(clause)) tell('adds a column that the older version does not fill');
      if (/^add column .* default .*(gen_random_uuid|random|clock_timestamp|nextval)\(/.test(clause))
        tell('rewrites the table');
      if (clause.startsWith('add constraint ') && !isAboutAddedColumns(clause, statement)) tell('adds a constraint');
    }
    const isIndex = /^create index (?!if not exists)/.test(statement);
    if (isIndex && HOT_TABLES.includes(table ?? '')) tell('builds an index while nobody can write');
  }
  return problems;
}

/** Without comments, in lower case, on one line. */
const normalise = (sql: string): string =>
  sql
    .replace(/--[^\n]*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();

const tableOf = (statement: string): string | undefined =>
  (/^(?:create table|alter table(?: only)?(?: if exists)?|update|delete from|insert into|truncate|comment on table) (\w+)/.exec(
    statement,
  ) ??
    /^create (?:unique )?index .*? on (\w+)/.exec(statement) ??
    /^create (?:constraint )?trigger .*? on (\w+)/.exec(statement))?.[1];

/** The clauses of an ALTER TABLE: commas in parentheses and texts separate none. */
function splitClauses(statement: string): string[] {
  const body = /^alter table (?:only )?(?:if exists )?\w+ (.*)$/.exec(statement)?.[1];
  if (body === undefined) return [];
  const clauses = [''];
  let depth = 0;
  let isText = false;
  for (const character of body) {
    if (character === "'") isText = !isText;
    if (!isText && '([{'.includes(character)) depth += 1;
    if (!isText && ')]}'.includes(character)) depth -= 1;
    if (character === ',' && depth === 0 && !isText) clauses.push('');
    else clauses[clauses.length - 1] += character;
  }
  return clauses.map((clause) => clause.trim());
}

const isColumnThatNobodyFills = (clause: string): boolean =>
  clause.startsWith('add column ') && / not null\b/.test(clause) && !/ default /.test(clause);

/** A condition on what the older version does not know cannot refuse what it writes. */
function isAboutAddedColumns(clause: string, statement: string): boolean {
  const added = [...statement.matchAll(/add column (?:if not exists )?(\w+)/g)].map(([, name]) => name);
  return added.some((name) => new RegExp(`\\b${name}\\b`).test(clause.replace(/^add constraint \w+/, '')));
}
