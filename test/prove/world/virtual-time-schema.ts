/**
 * The world's time in a database: `now()` and `clock_timestamp()` of a schema that comes before `pg_catalog` are PostgreSQL's own
 * plus what the prover has moved the time by. To be run before the migrations, so that column defaults mean it too. A move
 * holds for transactions that begin after it: within one, `now()` stands still, as ever.
 */
export const VIRTUAL_TIME_SCHEMA = `
  CREATE SCHEMA virtual_time;
  CREATE TABLE virtual_time.moves (since timestamptz PRIMARY KEY, shift interval NOT NULL);
  CREATE FUNCTION virtual_time.shift_at(moment timestamptz) RETURNS interval LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT shift FROM virtual_time.moves WHERE since <= moment ORDER BY since DESC LIMIT 1), '0'::interval)
  $$;
  CREATE FUNCTION virtual_time.now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.now() + virtual_time.shift_at(pg_catalog.now())
  $$;
  CREATE FUNCTION virtual_time.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT pg_catalog.clock_timestamp() + virtual_time.shift_at(pg_catalog.clock_timestamp())
  $$;
`;

/** Of the database: tables and functions go to `public`, as in any other. Copies of a database do not inherit it. */
export const searchPathOf = (database: string): string =>
  `ALTER DATABASE ${database} SET search_path = public, virtual_time, pg_catalog`;

/** $1: from when on, in real milliseconds; $2: milliseconds between the machine's time and the world's. */
export const MOVE_TIME = `
  INSERT INTO virtual_time.moves (since, shift)
  VALUES (to_timestamp($1::float8 / 1000), $2::float8 * interval '1 millisecond')
`;
