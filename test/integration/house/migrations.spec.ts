import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { dataSourceOptions } from '../../../src/data-source-options.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../support/database.js';
import { takeSnapshot } from './schema-snapshot.js';

const folder = resolve(import.meta.dirname, '../../../migrations');
const files = readdirSync(folder).filter((name) => name !== 'index.ts');

/** TypeORM runs them by the time stamp at the end of their names. */
const inOrder = (migrations: readonly MigrationInterface[]) =>
  migrations.toSorted((left, right) => stampOf(left).localeCompare(stampOf(right)));
const stampOf = ({ name = '' }: MigrationInterface) => name.slice(-13);

describe('the migrations', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let runner: QueryRunner;

  beforeAll(async () => {
    database = await createEmptyDatabase('migrations');
    dataSource = await new DataSource(dataSourceOptions(database.url, 2)).initialize();
    runner = dataSource.createQueryRunner();
  });

  afterAll(async () => {
    await runner.release();
    await dataSource.destroy();
    await database.drop();
  });

  it('are all in the barrel, in the order of their files', () => {
    const stamps = files.toSorted().map((file) => file.slice(0, 13));
    expect(inOrder(dataSource.migrations).map(stampOf)).toEqual(stamps);
  });

  it('can each be undone and done again', async () => {
    for (const migration of inOrder(dataSource.migrations)) {
      await runner.startTransaction();
      const before = await takeSnapshot(runner);
      await migration.up(runner);
      const after = await takeSnapshot(runner);
      expect({ name: migration.name, after }).not.toEqual({ name: migration.name, after: before });
      await migration.down(runner);
      expect({ name: migration.name, schema: await takeSnapshot(runner) }).toEqual({
        name: migration.name,
        schema: before,
      });
      await migration.up(runner);
      expect({ name: migration.name, schema: await takeSnapshot(runner) }).toEqual({
        name: migration.name,
        schema: after,
      });
      await runner.commitTransaction();
    }
  });

  it.each(files)('%s waits for no lock longer than it says', (file) => {
    const bodies = readFileSync(join(folder, file), 'utf8')
      .split(/async (?:up|down)\(/)
      .slice(1);
    expect(bodies).toHaveLength(2);
    for (const body of bodies) {
      expect(/await runner\.query\(\s*[`'"]([^`'"]*(?:'5s')?)/.exec(body)?.[1]).toMatch(/^SET LOCAL lock_timeout = '/);
    }
  });
});

describe('the entities', () => {
  it('match the migrated schema, so that migration:generate --check finds nothing', async () => {
    const database = await createTestDatabase('drift');
    const dataSource = await new DataSource(dataSourceOptions(database.url, 2)).initialize();
    try {
      const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
      expect(dataSource.entityMetadatas.length).toBeGreaterThan(0);
      expect(upQueries.map(({ query }) => query)).toEqual([]);
    } finally {
      await dataSource.destroy();
      await database.drop();
    }
  });
});
