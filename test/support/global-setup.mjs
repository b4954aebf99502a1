import { startKeeper } from './keeper.mjs';

/** One PostgreSQL for the whole run. */
export default async () => {
  const keeper = await startKeeper();
  globalThis.testPostgresKeeper = keeper;
  process.env.TEST_POSTGRES_URL = keeper.url;
};
