import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { addDemoData } from './demo-data/index.js';
import {
  computeApplicationEnvironment,
  computeDemoTarget,
  computeMissing,
  computeSandboxEnvironment,
  computeStorefrontEnvironment,
  computeUrls,
  type LocalUrls,
} from './environment.js';
import type { KeeperOrder } from './database/keeper-messages.js';
import { LocalFailure } from './local-failure.js';
import { watchNpm } from './npm-watch.js';
import { choosePorts } from './ports.js';
import { lockDirectory } from './run-lock.js';
import { loadSecrets } from './secrets.js';
import { Supervisor } from './supervisor.js';

const DIRECTORY = '.uplift';
const READY_MILLISECONDS = 60_000;
const POLL_MILLISECONDS = 100;

/** Starts the application with all that it needs and that `environment` does not name, and prints where to look. */
export async function startLocally(environment: NodeJS.ProcessEnv): Promise<void> {
  const supervisor = new Supervisor();
  watchNpm(environment, () => void supervisor.stop(0));
  try {
    const directory = resolve(DIRECTORY);
    mkdirSync(directory, { recursive: true });
    supervisor.atEnd(lockDirectory(directory));
    const summary = await startAll(supervisor, directory, environment);
    supervisor.watch();
    console.log(summary);
  } catch (error) {
    // What fails because it was told to end while it started is no failure.
    if (!supervisor.isStopping) console.error(error instanceof LocalFailure ? error.message : error);
    await supervisor.stop(1);
  }
}

async function startAll(supervisor: Supervisor, directory: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const missing = computeMissing(environment);
  const secrets = loadSecrets(directory);
  const ports = await choosePorts(environment);
  let urls: LocalUrls = computeUrls(ports);
  if (missing.database) {
    console.log('Starting the database ...');
    const order: KeeperOrder = { directory: join(directory, 'database'), password: secrets.databasePassword };
    // Not as a parameter: those are for every user of the machine to read.
    const ofKeeper = { ...environment, KEEPER_ORDER: JSON.stringify(order) };
    const keeper = supervisor.start({ name: 'database', script: 'database/keeper.js', environment: ofKeeper });
    const { url, directory: databaseFiles } = await keeper.reported('url', 'directory');
    urls = { ...urls, database: url, databaseFiles };
  }
  console.log(missing.provider ? 'Starting the sandbox and Uplift ...' : 'Starting Uplift ...');
  if (missing.provider) {
    const stateFile = join(directory, 'sandbox.json');
    const ofSandbox = computeSandboxEnvironment(environment, { ports, secrets, urls, stateFile });
    const sandbox = supervisor.start({ name: 'sandbox', script: '../sandbox/main.js', environment: ofSandbox });
    urls = { ...urls, ...(await sandbox.reported('sandbox')) };
  }
  const ofApplication = computeApplicationEnvironment(environment, { ports, secrets, urls });
  const application = supervisor.start({ name: 'uplift', script: 'application.js', environment: ofApplication });
  await untilReady(urls.application, () => application.hasEnded);
  if (missing.provider) {
    console.log('Adding the demo data ...');
    application.isQuiet = true;
    await addDemoData(computeDemoTarget(ofApplication, urls));
    application.isQuiet = false;
    if (ofApplication.JWT_SECRET) {
      const ofStorefront = computeStorefrontEnvironment(ofApplication, { ports, urls });
      await supervisor
        .start({ name: 'storefront', script: 'storefront/main.js', environment: ofStorefront })
        .reported('storefront');
    }
  }
  return describe(urls, ofApplication);
}

async function untilReady(url: string, hasEnded: () => boolean): Promise<void> {
  const deadline = performance.now() + READY_MILLISECONDS;
  while (!(await isReady(url))) {
    if (hasEnded()) throw new LocalFailure('Uplift did not start: the reason stands above.');
    if (performance.now() > deadline) throw new LocalFailure('Uplift did not become ready within a minute.');
    await pause(POLL_MILLISECONDS);
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

function describe(urls: LocalUrls, application: NodeJS.ProcessEnv): string {
  const lines = [
    ...(urls.sandbox && application.JWT_SECRET ? [['Demo storefront', urls.storefront]] : []),
    ['API with Swagger UI', `${urls.application}/docs`],
    ...(urls.sandbox ? [['Payment provider sandbox', urls.sandbox]] : []),
    ['Admin key (X-Api-Key)', application.ADMIN_API_KEY],
    ...(urls.sandbox
      ? [
          ['Its Stripe key (of the sandbox)', application.STRIPE_SECRET_KEY],
          ['Its Dodo Payments key (same)', application.DODO_PAYMENTS_API_KEY],
        ]
      : []),
    ...(urls.database
      ? [
          ['Database', urls.database],
          ['Its files', urls.databaseFiles],
        ]
      : []),
  ];
  const width = Math.max(...lines.map(([title = '']) => title.length));
  const table = lines.map(([title = '', value]) => `  ${title.padEnd(width)}  ${value}`);
  return ['', 'Uplift is up.', '', ...table, '', `Data is kept in ${DIRECTORY}/. Ctrl-C stops everything.`, ''].join(
    '\n',
  );
}
