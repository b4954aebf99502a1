import { startSandbox, type RunningSandbox } from './index.js';

/** The sandbox as a process of its own: settings from the environment, one JSON line when it is up. */
async function start(): Promise<RunningSandbox> {
  const { SANDBOX_PORT, STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, SANDBOX_WEBHOOK_URL, SANDBOX_STATE_FILE } =
    process.env;
  if (!STRIPE_SECRET_KEY || !STRIPE_WEBHOOK_SECRET)
    throw new Error('The sandbox needs STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET');
  return startSandbox({
    port: Number(SANDBOX_PORT ?? 0),
    stateFile: SANDBOX_STATE_FILE,
    stripe: { secretKey: STRIPE_SECRET_KEY, webhookSecret: STRIPE_WEBHOOK_SECRET, webhookUrl: SANDBOX_WEBHOOK_URL },
  });
}

try {
  const sandbox = await start();
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    sandbox.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  // Without its parent nobody would ever stop it.
  process.on('disconnect', stop);
  console.log(JSON.stringify({ sandbox: sandbox.url }));
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  console.error(
    code === 'EADDRINUSE' ? `Port ${process.env.SANDBOX_PORT} is taken: choose another SANDBOX_PORT` : message,
  );
  process.exit(1);
}
