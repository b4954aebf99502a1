import { findFreePort } from '../../src/local/database/free-port.js';
import { addDemoData } from '../../src/local/demo-data/index.js';
import { startStorefront, type RunningStorefront } from '../../src/local/storefront/index.js';
import { startSandbox, type RunningSandbox } from '../../src/sandbox/index.js';
import { startApplication, type StartedApplication } from '../support/application.js';
import { connectBoth, DODO_SECRETS, environmentOfBoth, sandboxOfBoth } from '../support/both-providers.js';
import { testEnvironment } from '../support/environment.js';

/** What `npm start` starts, in one process: sandbox, application, storefront and the demo's catalogue. */
export interface World {
  readonly sandbox: RunningSandbox;
  readonly application: StartedApplication;
  readonly storefront: RunningStorefront;
  close(): Promise<void>;
}

/** When the demonstration begins, in UTC. As in `npm start`, its time goes on by itself. */
const START = new Date('2026-11-20T10:00:00Z');

export async function startWorld(name: string): Promise<World> {
  const secrets = testEnvironment('postgres://unused');
  const secret = (variable: string): string => secrets[variable] ?? '';
  const keys = {
    adminApiKey: secret('ADMIN_API_KEY'),
    stripeSecretKey: secret('STRIPE_SECRET_KEY'),
    dodoApiKey: DODO_SECRETS.DODO_PAYMENTS_API_KEY,
  };
  const sandbox = await startSandbox({
    startAt: START,
    delivery: { backoff: [20, 50, 100, 200, 400], timeoutMilliseconds: 5_000 },
    ...sandboxOfBoth(),
  });
  const port = await findFreePort(); // upsells lead to the application's own pages, whose address it must know
  const running: { application?: StartedApplication } = {};
  // The application must know the origin of the shop, so the shop is there first.
  const storefront = await startStorefront({
    port: 0,
    upliftUrl: () => running.application?.url ?? '',
    jwtSecret: secret('JWT_SECRET'),
    serviceApiKey: keys.adminApiKey,
    adminApiKey: keys.adminApiKey,
    sandboxUrl: sandbox.url,
    stripeSecretKey: keys.stripeSecretKey,
    dodoApiKey: keys.dodoApiKey,
  });
  const application = await startApplication({
    name,
    environment: {
      PORT: String(port),
      APP_URL: `http://127.0.0.1:${port}`,
      ALLOWED_RETURN_ORIGINS: storefront.url,
      ...environmentOfBoth(sandbox.url),
      CLOCK_URL: `${sandbox.url}/sandbox/clock`,
    },
  });
  running.application = application;
  connectBoth(sandbox, application.url);
  await addDemoData({ upliftUrl: application.url, sandboxUrl: sandbox.url, ...keys });
  return {
    sandbox,
    application,
    storefront,
    async close() {
      await storefront.close();
      await application.close();
      await sandbox.close();
    },
  };
}
