import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Logger } from '@nestjs/common';
import { DodoCalls } from '../../../src/billing-providers/dodo/dodo-calls.js';
import { createDodoClient } from '../../../src/billing-providers/dodo/dodo-client.js';
import { findInList } from '../../../src/billing-providers/dodo/payments/pages.js';
import { readPayment } from '../../../src/billing-providers/dodo/payments/read-payment.js';
import { listSavedCards } from '../../../src/billing-providers/dodo/payments/saved-cards.js';
import { readSubscription } from '../../../src/billing-providers/dodo/plans/read-subscription.js';
import { ProviderCallObserver } from '../../../src/billing-providers/provider-call-observer.js';
import { Metrics } from '../../../src/common/observability/index.js';
import { settingsFor } from './dodo-support.js';
import { errorOf } from './money.js';

/** Who answers in Dodo's place, and what it was asked. */
interface Impostor {
  readonly calls: DodoCalls;
  readonly asked: { readonly method: string | undefined; readonly headers: IncomingMessage['headers'] }[];
}

const servers: Server[] = [];
beforeAll(() => Logger.overrideLogger(['error', 'fatal'])); // failed calls are what this is about
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function answerBy(answer: RequestListener): Promise<Impostor> {
  const asked: Impostor['asked'] = [];
  const server = createServer((request, response) => {
    asked.push({ method: request.method, headers: request.headers });
    request.resume().on('end', () => answer(request, response));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = createDodoClient(settingsFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  const patience = { read: 2_000, write: 2_000, money: 2_000 };
  return { calls: new DodoCalls(client, new ProviderCallObserver(new Metrics()), patience), asked };
}

const charge = ({ calls }: Impostor) =>
  calls.money('checkout_sessions.create', new Set(), (dodo, options) =>
    dodo.checkoutSessions.create({ product_cart: [{ product_id: 'pdt_1', quantity: 1 }] }, options),
  );
const list = ({ calls }: Impostor) =>
  findInList(
    calls,
    'payments.list',
    (dodo, page, options) => dodo.payments.list(page, options),
    () => false,
  );

const JSON_TYPE = { 'content-type': 'application/json' };

describe('a call that moves money', () => {
  it.each<[string, string, RequestListener]>([
    ['nobody answers', 'unknown', () => undefined],
    [
      'the answer does not end',
      'unknown',
      (_, response) => response.writeHead(200, JSON_TYPE).write('{"session_id":"cks_1",'),
    ],
    [
      'the answer breaks off',
      'unknown',
      (_, response) => {
        response.writeHead(200, { ...JSON_TYPE, 'content-length': 100 }).write('{"session_id":');
        setImmediate(() => response.destroy());
      },
    ],
    ['the answer is no JSON', 'unknown', (_, response) => response.writeHead(200, JSON_TYPE).end('{"session_id":')],
    [
      'a proxy answers',
      'unknown',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    ],
    ['a proxy fails', 'unknown', (_, response) => response.writeHead(502).end('<p>')],
    ['it is sent elsewhere', 'unknown', (_, response) => response.writeHead(307, { location: '/elsewhere' }).end()],
    ['it is held by another one', 'unknown', (_, response) => response.writeHead(409).end()],
    [
      'it is asked to be tried again',
      'unknown',
      (_, response) => response.writeHead(503, { 'x-should-retry': 'true' }).end(),
    ],
    ['there are too many', 'unavailable', (_, response) => response.writeHead(429, { 'retry-after': '0' }).end()],
    ['the key is wrong', 'refused', (_, response) => response.writeHead(401, JSON_TYPE).end('{"code":"UNAUTHORIZED"}')],
  ])('is sent once when %s: %s', async (_name, outcome, answer) => {
    const impostor = await answerBy(answer);
    expect((await errorOf(charge(impostor))).outcome).toBe(outcome);
    expect(impostor.asked).toHaveLength(1);
  });

  it('brings the key, and nothing that looks as if it could be repeated', async () => {
    const impostor = await answerBy((_, response) => response.writeHead(200, JSON_TYPE).end('{"session_id":"cks_1"}'));
    expect(await charge(impostor)).toEqual({ session_id: 'cks_1' });
    const [{ headers }] = impostor.asked as [Impostor['asked'][number]];
    expect(headers.authorization).toBe('Bearer dodo_test_sandbox_0123456789');
    expect(Object.keys(headers).filter((name) => name.includes('idempotency'))).toEqual([]);
  });

  it('was not made when there is nobody', async () => {
    const impostor = await answerBy((_, response) => response.end());
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect((await errorOf(charge(impostor))).outcome).toBe('unavailable');
    expect(impostor.asked).toEqual([]);
  });
});

describe('a reading', () => {
  it('is repeated once', async () => {
    let failures = 1;
    const impostor = await answerBy((_, response) => {
      failures -= 1;
      if (failures >= 0) response.writeHead(500).end();
      else response.writeHead(200, JSON_TYPE).end('{"items":[]}');
    });
    expect(await list(impostor)).toBeUndefined();
    expect(impostor.asked).toHaveLength(2);
  });

  it.each([
    ['an empty object', JSON_TYPE, '{}'],
    ['null', JSON_TYPE, 'null'],
    ['a list without the envelope', JSON_TYPE, '[]'],
    ['items that are none', JSON_TYPE, '{"items":null}'],
    ['a page of a proxy', { 'content-type': 'text/html' }, '<p>'],
    ['nothing', { 'content-type': 'text/plain' }, ''],
    ['no JSON', JSON_TYPE, '{"items":'],
  ])('proves nothing about what is missing when the answer is %s', async (_name, headers, body) => {
    const impostor = await answerBy((_, response) => response.writeHead(200, headers).end(body));
    expect((await errorOf(list(impostor))).outcome).toBe('unknown');
    expect((await errorOf(readPayment(impostor.calls, 'pay_1'))).outcome).toBe('unknown');
    expect((await errorOf(readSubscription(impostor.calls, 'sub_1'))).outcome).toBe('unknown');
    expect((await errorOf(listSavedCards(impostor.calls, 'cus_1'))).outcome).toBe('unknown');
  });

  it('of a list without an end comes to one', async () => {
    const impostor = await answerBy((_, response) =>
      response.writeHead(200, JSON_TYPE).end('{"items":[{"payment_id":"pay_1"}]}'),
    );
    expect(await errorOf(list(impostor))).toMatchObject({
      outcome: 'unknown',
      details: { providerCode: 'endless_list' },
    });
  });

  it('of another payment or subscription than was asked for is none', async () => {
    const other = '{"payment_id":"pay_2","subscription_id":"sub_2"}';
    const impostor = await answerBy((_, response) => response.writeHead(200, JSON_TYPE).end(other));
    expect((await errorOf(readPayment(impostor.calls, 'pay_1'))).outcome).toBe('unknown');
    expect((await errorOf(readSubscription(impostor.calls, 'sub_1'))).outcome).toBe('unknown');
  });
});
