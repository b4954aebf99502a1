import { startSandbox, type RunningSandbox } from './index.js';

/** The sandbox as a process of its own: settings from the environment, one JSON line when it is up. */
async function start(): Promise<RunningSandbox> {
  const { env } = process;
  const { STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRET: webhookSecret } = env;
  const { DODO_PAYMENTS_API_KEY: apiKey, DODO_PAYMENTS_WEBHOOK_KEY: webhookKey } = env;
  const stripe =
    secretKey && webhookSecret ? { secretKey, webhookSecret, webhookUrl: env.SANDBOX_WEBHOOK_URL } : undefined;
  const dodo =
    apiKey && webhookKey ? { apiKey, webhookSecret: webhookKey, webhookUrl: env.SANDBOX_DODO_WEBHOOK_URL } : undefined;
  if (!stripe && !dodo)
    throw new Error(
      'The sandbox needs STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET, or DODO_PAYMENTS_API_KEY and DODO_PAYMENTS_WEBHOOK_KEY',
    );
  return startSandbox({
    port: Number(env.SANDBOX_PORT ?? 0),
    stateFile: env.SANDBOX_STATE_FILE,
    stripe,
    dodo,
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
