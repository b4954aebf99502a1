import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnitOfWork } from '../../../src/common/database/index.js';
import { Retention } from '../../../src/common/retention/index.js';
import { testEnvironment } from '../../support/environment.js';
import { callerOf, type CallOptions } from '../../support/http.js';
import { expectProblem } from '../identity/support.js';
import { IdempotentApplication, isReplayed } from './idempotency-support.js';

let application: IdempotentApplication;

beforeAll(async () => {
  application = await IdempotentApplication.start('idempotency');
});
afterAll(() => application.stop());

const pay: IdempotentApplication['pay'] = (...request) => application.pay(...request);
const runsOf = (account: string) => application.runsOf(account);

describe('a request with an Idempotency-Key', () => {
  it.each([
    ['plain', 'path', 200],
    ['pending', 'path/pending', 202],
    ['silent', 'path/silent', 204],
  ])('runs once, and its repetition gets the same answer: %s', async (key, path, status) => {
    const before = runsOf('path');
    const first = await pay(path, key);
    const second = await pay(path, key);
    expect([first.status, second.status]).toEqual([status, status]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect([isReplayed(first), isReplayed(second)]).toEqual([false, true]);
    expect(runsOf('path')).toBe(before + 1);
  });

  it('is the same request whatever the order of the members of its body', async () => {
    const first = await pay('order', 'order', { body: { amount: 5, note: { a: 1, b: [1, 2] } } });
    const second = await pay('order', 'order', { body: '{"note": {"b": [1, 2], "a": 1}, "amount": 5}' });
    expect(second.body).toEqual(first.body);
    expect(isReplayed(second)).toBe(true);
  });

  it.each<[string, string, CallOptions]>([
    ['body', 'other', { body: { amount: 6 } }],
    ['order in a list', 'other', { body: { amount: 5, list: [2, 1] } }],
    ['path', 'another', {}],
    ['query', 'other?a=1', {}],
  ])('is refused with another %s', async (what, path, options) => {
    const first = what === 'order in a list' ? { body: { amount: 5, list: [1, 2] } } : {};
    await pay('other', `other-${what}`, first);
    const runs = application.payments.runs.length;
    expectProblem(await pay(path, `other-${what}`, options), 422, 'idempotency_key_reused');
    expect(application.payments.runs.length).toBe(runs);
  });

  it.each<[string, string, CallOptions]>([
    ['token', 'scope', { token: 'bob' }],
    ['API key', 'scope', { token: undefined, apiKey: 'bob' }],
    ['route', 'scope/pending', {}],
  ])('never meets the same key of another %s', async (_what, path, options) => {
    await pay('scope', 'scope');
    const before = runsOf('scope');
    const answer = await pay(path, `scope`, options);
    expect([isReplayed(answer), runsOf('scope')]).toEqual([false, before + 1]);
  });

  it('gets a problem again, in the language and with the members of the first', async () => {
    const first = await pay('poor/declined', 'declined', { headers: { 'accept-language': 'en' } });
    expectProblem(first, 402, 'payment_declined');
    expect(first.body).toMatchObject({ detail: 'no money', current: { payment: 1 } });
    const second = await pay('poor/declined', 'declined', { headers: { 'accept-language': 'vi' } });
    expectProblem(second, 402, 'payment_declined');
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('content-language')).toBe('en');
    expect(isReplayed(second)).toBe(true);
    expect(runsOf('poor')).toBe(1);
  });

  it('gets what the validation said again', async () => {
    const answers = [await pay('v/checked', 'v', { body: {} }), await pay('v/checked', 'v', { body: {} })];
    for (const answer of answers) expectProblem(answer, 422, 'validation_failed');
    expect(answers.map(isReplayed)).toEqual([false, true]);
  });

  it('runs again after a failure of ours, which is not stored', async () => {
    expectProblem(await pay('flaky/flaky', 'flaky'), 500, 'internal_error');
    const second = await pay('flaky/flaky', 'flaky');
    expect([second.status, second.body, isReplayed(second)]).toEqual([200, { payment: 2 }, false]);
    expect(isReplayed(await pay('flaky/flaky', 'flaky'))).toBe(true);
  });

  it.each([
    ['empty', ''],
    ['of 256 characters', 'x'.repeat(256)],
    ['not ASCII', 'ch\u00eca'],
    ['with a tab in it', 'a\tb'],
  ])('is refused when the key is %s', async (_what, key) => {
    const before = application.payments.runs.length;
    const answer = await pay('key', key);
    expectProblem(answer, 422, 'validation_failed');
    expect(answer.body.errors[0].field).toBe('Idempotency-Key');
    expect(application.payments.runs.length).toBe(before);
  });

  it('may have a key of 255 characters', async () => {
    expect((await pay('key', 'x'.repeat(255))).status).toBe(200);
  });
});

it('a request without the header runs each time', async () => {
  const answers = [await pay('free'), await pay('free')];
  expect(answers.map((answer) => answer.body.payment)).toEqual([1, 2]);
  expect(answers.some(isReplayed)).toBe(false);
});

it('where the key is required, a request without one is refused and does not run', async () => {
  const refused = await pay('strict/required');
  expectProblem(refused, 422, 'validation_failed');
  expect(refused.body.errors).toEqual([{ field: 'Idempotency-Key', message: expect.stringContaining('is required') }]);
  expect(application.runsOf('strict')).toBe(0);
  const answers = [await pay('strict/required', 'strict'), await pay('strict/required', 'strict')];
  expect(answers.map(({ status, body }) => [status, body])).toEqual([
    [200, { payment: 1 }],
    [200, { payment: 1 }],
  ]);
});

it('keys are forgotten a day later, but for those in flight', async () => {
  const readKeys = async () =>
    (await application.database.query<{ key: string }>(`SELECT key FROM idempotent_requests ORDER BY key`)).map(
      ({ key }) => key,
    );
  await application.database.query(`DELETE FROM idempotent_requests`);
  for (const key of ['old', 'young', 'old-in-flight', 'old-dead']) await pay('old', key);
  await application.database.query(`
    UPDATE idempotent_requests SET created_at = now() - interval '25 hours' WHERE key LIKE 'old%';
    UPDATE idempotent_requests SET response_status = NULL WHERE key LIKE 'old-%';
    UPDATE idempotent_requests SET locked_until = now() - interval '1 second' WHERE key = 'old-dead';`);
  const rules = application.app.get(Retention, { strict: false }).list();
  const rule = rules.find(({ name }) => name === 'common.idempotent_requests');
  const unitOfWork = application.app.get(UnitOfWork, { strict: false });
  const { rows } = await unitOfWork.run((tx) => rule!.forget(tx, { days: 90, most: 10 }));
  expect(rows).toBe(2);
  expect(await readKeys()).toEqual(['old-in-flight', 'young']);
});

it('of credentials and bodies only digests are kept', async () => {
  await pay('secret', 'secret', { token: 'a-secret-token', body: { amount: 5, note: 'a-secret-note' } });
  const [row] = await application.database.query(`SELECT * FROM idempotent_requests WHERE key = 'secret'`);
  expect(JSON.stringify({ scope: row?.['scope'], hash: row?.['request_hash'] })).toMatch(
    /^\{"scope":"[0-9a-f]{64}","hash":"[0-9a-f]{64}"\}$/,
  );
});

it('the header is in the OpenAPI document of each idempotent route', async () => {
  const { body } = await callerOf(application.url)('GET', '/openapi.json');
  const { parameters, responses } = body.paths['/payments/{account}'].post;
  expect(parameters).toContainEqual(
    expect.objectContaining({ name: 'Idempotency-Key', in: 'header', required: false }),
  );
  expect(body.paths['/payments/{account}/required'].post.parameters).toContainEqual(
    expect.objectContaining({ name: 'Idempotency-Key', in: 'header', required: true }),
  );
  expect(Object.keys(responses)).toEqual(expect.arrayContaining(['409', '422']));
});

it('outcomes are counted', async () => {
  await pay('counted', 'counted');
  await pay('counted', 'counted');
  const { body } = await callerOf(application.url)('GET', '/metrics', { apiKey: testEnvironment('')['ADMIN_API_KEY'] });
  expect(body).toMatch(/uplift_idempotent_requests_total\{outcome="answered"\} [1-9]/);
  expect(body).toMatch(/uplift_idempotent_requests_total\{outcome="claimed"\} [1-9]/);
});
