import { startKeeper } from './keeper.mjs';

/** One PostgreSQL for the whole run; what is returned ends it. */
export default async () => {
  const keeper = await startKeeper();
  process.env.TEST_POSTGRES_URL = keeper.url;
  return () => keeper.stop();
};
