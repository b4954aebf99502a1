import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import type { Step, StepCounter } from './step-counter.js';

const ID = /\/(?:[a-z]{2,5}_[\w-]+|[0-9a-f-]{36})(?=\/|$)/g;

const toStep = (method: string, path: string): Step => ({
  kind: 'provider',
  name: `${method} ${path.split('?')[0]?.replaceAll(ID, '/*')}`,
});

/** Every call to the provider passes the counter: Stripe's client uses `http.request`, Dodo's `fetch`. */
export function installProviderSteps(counter: StepCounter, provider: string): void {
  const { request } = http;
  const counted = (...parameters: Parameters<typeof request>) => {
    const [options] = parameters as unknown as [http.RequestOptions];
    const isProvider = `${options.hostname ?? options.host}:${options.port}` === provider;
    if (!isProvider) return request(...parameters);
    const step = toStep(options.method ?? 'GET', options.path ?? '');
    counter.before(step);
    const made = request(...parameters);
    made.prependOnceListener('response', () => counter.after(step));
    made.prependOnceListener('error', () => counter.after(step));
    return made;
  };
  Object.assign(http, { request: counted });
  syncBuiltinESMExports();

  const { fetch: original } = globalThis;
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.host !== provider) return original(input, init);
    const step = toStep(init?.method ?? 'GET', url.pathname);
    counter.before(step);
    try {
      return await original(input, init);
    } finally {
      counter.after(step);
    }
  };
}
