import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Logger } from '@nestjs/common';
import type { BillingProvider } from '../../../src/billing-providers/index.js';
import { ProviderCallObserver } from '../../../src/billing-providers/provider-call-observer.js';
import { StripeBillingProvider } from '../../../src/billing-providers/stripe/stripe-billing-provider.js';
import { StripeCalls } from '../../../src/billing-providers/stripe/stripe-calls.js';
import { createStripeClient } from '../../../src/billing-providers/stripe/stripe-client.js';
import { Metrics } from '../../../src/common/observability/index.js';
import { errorOf, newAttempt, oneClick, pix, saveCard } from './money.js';
import { configFor, SandboxClock, startWorld, type World } from './support.js';
import { stripeOf } from '../../support/settings.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const USER = { userId: 'ada', email: 'ada.lovelace@example.com', name: 'Ada Lovelace' };

const faults = () => world.sandbox.faults;

const providerAt = (url: string, more?: NodeJS.ProcessEnv): BillingProvider =>
  new StripeBillingProvider(
    stripeOf(configFor(url, more)),
    new ProviderCallObserver(new Metrics()),
    new SandboxClock(world.sandbox),
  );

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('a failure of a write', () => {
  it.each([
    ['Stripe answers 500', () => faults().api({ kind: 'status', status: 500 }), 'unknown', 'api_error'],
    ['Stripe answers 503 twice', () => faults().api({ kind: 'status', status: 503, times: 2 }), 'unknown', 'api_error'],
    ['Stripe is busy', () => faults().api({ kind: 'status', status: 429 }), 'unavailable', 'rate_limit'],
    ['Stripe answers 403', () => faults().api({ kind: 'status', status: 403 }), 'refused', 'api_error'],
    [
      'the connection breaks at every try',
      () => faults().api({ kind: 'dropRequest', times: 4 }),
      'unknown',
      'ECONNRESET',
    ],
    [
      'Stripe is busy after a try without an answer',
      () => {
        faults().api({ kind: 'dropRequest', times: 2 });
        faults().api({ kind: 'status', status: 429 });
      },
      'unknown',
      'rate_limit',
    ],
  ] as const)('means, when %s', async (_name, arm, outcome, providerCode) => {
    arm();
    const error = await errorOf(world.provider.createCustomer(USER));
    expect([error.outcome, error.details.providerCode]).toEqual([outcome, providerCode]);
    expect(error.message).toContain('customers.create');
    expect(error.details.cause).toBeUndefined();
  });

  it.each([
    ['a lost answer', { kind: 'loseResponse' }],
    ['a broken connection', { kind: 'dropRequest' }],
    ['a 503', { kind: 'status', status: 503 }],
  ] as const)('is made up for by one repetition under the same key: %s', async (_name, fault) => {
    world.recorder.take();
    faults().api(fault);
    const { customerId } = await world.provider.createCustomer(USER);
    const keys = world.recorder.take().map(({ idempotencyKey }) => idempotencyKey);
    expect(keys.length).toBe(2);
    expect(new Set(keys).size).toBe(1);
    const { data } = await world.stripe.customers.list({ email: USER.email });
    expect(data.map(({ id }) => id)).toEqual([customerId]);
  });

  it('means nothing was done when there is nobody to connect to', async () => {
    const error = await errorOf(providerAt(`http://127.0.0.1:${await closedPort()}`).createCustomer(USER));
    expect([error.outcome, error.details.providerCode]).toEqual(['unavailable', 'ECONNREFUSED']);
  });

  it('is unknown when the first try was cut off and the next found nobody', async () => {
    const server = createServer((socket) => {
      socket.once('data', () => {
        server.close();
        socket.resetAndDestroy();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const error = await errorOf(providerAt(`http://127.0.0.1:${port}`).createCustomer(USER));
    expect([error.outcome, error.details.providerCode]).toEqual(['unknown', 'ECONNREFUSED']);
  });

  it('means refused when our key is not accepted', async () => {
    const stranger = providerAt(world.sandbox.url, { STRIPE_SECRET_KEY: 'sk_test_51StrangerStranger' });
    const error = await errorOf(stranger.createCustomer(USER));
    expect(error.outcome).toBe('refused');
    expect(JSON.stringify([error.message, error.details])).not.toContain('Stranger');
  });

  it('is unknown when our key is not accepted any more after a try without an answer', async () => {
    faults().api({ kind: 'dropRequest', times: 2 });
    faults().api({ kind: 'status', status: 403 });
    expect((await errorOf(world.provider.createCustomer(USER))).outcome).toBe('unknown');
  });

  it('is unknown after a timeout', async () => {
    const client = createStripeClient(stripeOf(configFor(world.sandbox.url)), 100);
    const calls = new StripeCalls(client, new ProviderCallObserver(new Metrics()));
    faults().api({ kind: 'hang', milliseconds: 5_000, times: 2 });
    const error = await errorOf(
      calls.write('customers.create', 'key', (stripe, options) => stripe.customers.create({}, options)),
    );
    expect([error.outcome, error.details.providerCode]).toEqual(['unknown', 'ETIMEDOUT']);
  });

  it('is unknown while the first try is still under way', async () => {
    const client = createStripeClient(stripeOf(configFor(world.sandbox.url)), 150);
    const calls = new StripeCalls(client, new ProviderCallObserver(new Metrics()));
    faults().api({ kind: 'slow', milliseconds: 3_000 });
    const error = await errorOf(
      calls.write('customers.create', 'key', (stripe, options) => stripe.customers.create({}, options)),
    );
    expect([error.outcome, error.details.providerCode]).toEqual(['unknown', 'idempotency_key_in_use']);
  });

  it('of our own making is not hidden', async () => {
    const calls = new StripeCalls(
      createStripeClient(stripeOf(configFor(world.sandbox.url))),
      new ProviderCallObserver(new Metrics()),
    );
    const mistake = new TypeError('a mistake of ours');
    const error = await errorOf(calls.read('anything', () => Promise.reject(mistake)));
    expect([error.outcome, error.cause]).toEqual(['unknown', mistake]);
  });
});

describe('a failure of a read', () => {
  it('is made up for by one repetition', async () => {
    const { id } = await world.subscribe();
    world.sandbox.faults.api({ kind: 'status', status: 500, method: 'GET' });
    await expect(world.provider.fetchSubscription(id, { occurredAt: 1, covers: [] })).resolves.toMatchObject({
      facts: [{}, {}],
    });
  });
});

const countOf = (outcome: string): string =>
  `uplift_provider_call_seconds_count{provider="stripe",operation="customers.create",outcome="${outcome}"} 1`;

describe('what is seen of calls from outside', () => {
  afterEach(() => Logger.overrideLogger(['error', 'fatal']));

  it('is a metric by operation and outcome', async () => {
    await world.provider.createCustomer(USER);
    world.sandbox.faults.api({ kind: 'status', status: 429 });
    await errorOf(world.provider.createCustomer({ ...USER, name: 'Other' }));
    const text = await world.metrics.registry.metrics();
    expect(text).toContain(countOf('succeeded'));
    expect(text).toContain(countOf('unavailable'));
  });

  it('is one line per failed call, without anything that is secret or personal', async () => {
    const lines: unknown[] = [];
    const collect = (line: unknown) => void lines.push(line);
    Logger.overrideLogger({ log: collect, error: collect, warn: collect, debug: collect });
    await world.provider.createCustomer(USER);
    expect(lines).toEqual([]);
    const stranger = providerAt(world.sandbox.url, { STRIPE_SECRET_KEY: 'sk_test_51StrangerStranger' });
    await errorOf(stranger.createCustomer(USER));
    expect(lines).toEqual([
      {
        message: 'a provider call failed',
        provider: 'stripe',
        operation: 'customers.create',
        outcome: 'refused',
        seconds: expect.any(Number),
        provider_code: 'invalid_request_error',
        provider_request_id: expect.stringMatching(/^req_/),
      },
    ]);
  });
});

describe('what is seen of charges from outside', () => {
  it('is nothing of the person who pays, whatever Stripe answers', async () => {
    const lines: unknown[] = [];
    const collect = (line: unknown) => void lines.push(line);
    Logger.overrideLogger({ log: collect, error: collect, warn: collect, debug: collect });
    const { customerId } = await saveCard(world);
    faults().api({ kind: 'status', status: 503, path: '/v1/payment_intents', times: 2 });
    const error = await errorOf(world.provider.createPixCharge(pix(customerId), newAttempt()));
    Logger.overrideLogger(['error', 'fatal']);
    expect(lines).toHaveLength(1);
    const seen = JSON.stringify([lines, error.message, error.details, await world.metrics.registry.metrics()]);
    expect(seen).toContain('payment_intents.create');
    for (const personal of ['Ada', 'Lovelace', 'ada@example.com', '12345678909', customerId]) {
      expect(seen).not.toContain(personal);
    }
  });

  it('counts a decline as an answer, not as a failed call', async () => {
    const saved = await saveCard(world, 'pm_card_chargeCustomerFail');
    await world.provider.chargeOneClick(oneClick(saved), newAttempt());
    expect(await world.metrics.registry.metrics()).toContain(
      'uplift_provider_call_seconds_count{provider="stripe",operation="payment_intents.create",outcome="succeeded"} 1',
    );
  });
});
