import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maskCardNumbers } from '../../src/common/observability/card-number-mask.js';
import type { Answer } from '../support/http.js';
import { startApplication, type StartedApplication } from '../support/application.js';
import { stripeOf } from '../support/settings.js';

const CARD = '4000056655665556';
const WRITTEN = '4000 0566 5566 5556';

let application: StartedApplication;
let apiKey: string;
let token: string;

beforeAll(async () => {
  application = await startApplication({ name: 'card_numbers' });
  apiKey = application.config.auth.adminApiKey;
  await application.call('PUT', '/api/v1/service/users/linh', { apiKey, body: { name: 'Linh', email: 'l@shop.test' } });
  token = await application.tokenFor('linh');
});
afterAll(() => application.close());

const call: StartedApplication['call'] = (...parameters) => application.call(...parameters);
const user = (fields: object) => ({ name: 'Linh', email: 'l@shop.test', ...fields });

/** Every column of every table of ours, as text. */
async function everythingStored(): Promise<string> {
  const tables = await application.database.query<{ name: string }>(
    `SELECT quote_ident(table_name) AS name FROM information_schema.tables
      WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'webhook_events'`,
  );
  const rows = [];
  for (const { name } of tables)
    rows.push(await application.database.query(`SELECT to_jsonb(t) AS row FROM ${name} t`));
  return JSON.stringify(rows);
}

const PLACES: readonly (readonly [string, string, () => Promise<Answer>])[] = [
  ['a text', 'body.name', () => call('PUT', '/api/v1/service/users/linh', { apiKey, body: user({ name: CARD }) })],
  [
    'the middle of a text',
    'body.name',
    () => call('PUT', '/api/v1/service/users/linh', { apiKey, body: user({ name: `Linh (card ${WRITTEN} 12/29)` }) }),
  ],
  [
    'a number',
    'body.name',
    () => call('PUT', '/api/v1/service/users/linh', { apiKey, body: `{"name":${CARD},"email":"l@shop.test"}` }),
  ],
  [
    'a field that nobody knows, deep down',
    'body.card.numbers.0.number',
    () =>
      call('POST', '/api/v1/general/cross-sell', {
        token,
        body: { card: { numbers: [{ number: WRITTEN, cvc: '1' }] } },
      }),
  ],
  [
    'the name of a field',
    'body.cards',
    () => call('POST', '/api/v1/general/cross-sell', { token, body: { cards: { [CARD]: true } } }),
  ],
  ['a path', 'path.externalId', () => call('GET', `/api/v1/service/users/${CARD}`, { apiKey })],
  [
    'an encoded path',
    'path.externalId',
    () => call('GET', `/api/v1/service/users/4000%200566%205566%205556`, { apiKey }),
  ],
  ['a query', 'query.user_id', () => call('GET', `/api/v1/admin/sales?user_id=${CARD}`, { apiKey })],
  [
    'an unknown parameter',
    'query.card',
    () => call('GET', `/api/v1/general/plans?card=4000+0566+5566+5556`, { token }),
  ],
  ['the name of a parameter', 'query', () => call('GET', `/api/v1/general/plans?${CARD}=1`, { token })],
];

describe('a card number', () => {
  it.each(PLACES)('in %s is refused, where it is, and not said back', async (_where, field, send) => {
    const answer = await send();
    expect([answer.status, answer.body.code]).toEqual([400, 'card_number_refused']);
    const message = 'must not contain a card number: cards are entered on the provider’s pages';
    expect(answer.body.errors).toEqual([{ field, message }]);
    expect(JSON.stringify([answer.body, ...answer.headers])).not.toMatch(/4000.?0566.?5566.?5556/);
  });

  it.each([
    ['vi', 'Không gửi số thẻ tới đây. Thẻ chỉ được nhập trên trang của nhà cung cấp thanh toán.'],
    ['pt-BR', 'Não envie números de cartão. O cartão só é informado na página do provedor de pagamento.'],
    ['en', 'Do not send card numbers. Cards are entered on the payment provider’s page only.'],
  ])('is refused in the language of the caller: %s', async (language, message) => {
    const headers = { 'accept-language': language };
    const { body } = await call('GET', `/api/v1/general/plans?card=${CARD}`, { token, headers });
    expect(body.message).toBe(message);
  });

  it('of a stranger is not even looked for', async () => {
    expect((await call('PUT', '/api/v1/service/users/linh', { body: user({ name: CARD }) })).status).toBe(401);
  });

  it('is stored nowhere', async () => {
    for (const [, , send] of PLACES) await send();
    const stored = await everythingStored();
    expect(stored).toContain('l@shop.test');
    expect(stored).not.toMatch(/4000.?0566.?5566.?5556/);
  });

  it('is no request id', async () => {
    const { headers } = await call('GET', '/health/live', { headers: { 'x-request-id': CARD } });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('in an event that the provider signed does not keep the event out', async () => {
    const body = JSON.stringify({ id: 'evt_card', object: 'event', type: 'product.created', created: 1, note: CARD });
    const seconds = Math.floor(Date.now() / 1_000);
    const secret = stripeOf(application.config).webhookSecrets[0] ?? '';
    const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
    const headers = { 'stripe-signature': `t=${seconds},v1=${digest}` };
    expect((await call('POST', '/api/v1/admin/stripe/webhook', { body, headers })).status).toBe(200);
  });
});

describe('a log line', () => {
  it('has no card number, and is JSON still', () => {
    const line = JSON.stringify({
      level: 'info',
      request_id: '4000056655665556',
      number: 4000056655665556,
      msg: WRITTEN,
    });
    const masked = maskCardNumbers(line);
    expect(JSON.parse(masked)).toEqual({
      level: 'info',
      request_id: '4000000000000000',
      number: 4_000_000_000_000_000,
      msg: '4000 0000 0000 0000',
    });
  });

  it('keeps its ids and times', () => {
    const line =
      '{"time":"2026-11-21T19:47:10.123Z","request_id":"40000566-5566-4556-8000-000000000000","ms":1793491205123}';
    expect(maskCardNumbers(line)).toBe(line);
  });
});
