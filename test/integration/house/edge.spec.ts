import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApplication, type StartedApplication } from '../../support/application.js';
import type { CallOptions } from '../../support/http.js';
import { sendRaw } from '../../support/raw-request.js';

const USER = '/api/v1/service/users/customer-1';

describe('the edge', () => {
  let application: StartedApplication;
  const putUser = (body: unknown, options: CallOptions = {}) =>
    application.call('PUT', USER, { apiKey: application.config.auth.adminApiKey, body, ...options });

  beforeAll(async () => {
    application = await startApplication({ name: 'edge' });
  });

  afterAll(() => application.close());

  it.each([
    { asked: 'vi', language: 'vi', message: 'Không tìm thấy.' },
    { asked: 'pt-PT, en;q=0.5', language: 'pt-BR', message: 'Não encontrado.' },
    { asked: 'en-GB', language: 'en', message: 'Not found.' },
    { asked: 'fr', language: 'vi', message: 'Không tìm thấy.' },
  ])('answers an unknown route with a problem document in $language for $asked', async (expected) => {
    const { status, headers, body } = await application.call('GET', '/no/such/route', {
      headers: { 'accept-language': expected.asked },
    });
    expect(status).toBe(404);
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(headers.get('content-language')).toBe(expected.language);
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      code: 'not_found',
      message: expected.message,
      request_id: headers.get('x-request-id'),
    });
  });

  it('keeps a request id that a proxy gave', async () => {
    const { headers, body } = await application.call('GET', '/nowhere', { headers: { 'x-request-id': 'proxy-00042' } });
    expect(headers.get('x-request-id')).toBe('proxy-00042');
    expect(body.request_id).toBe('proxy-00042');
  });

  it.each(['short', 'with spaces in it', 'x'.repeat(101)])('replaces the request id %j', async (given) => {
    const { headers } = await application.call('GET', '/health/live', { headers: { 'x-request-id': given } });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('answers a malformed URL with a problem document', async () => {
    const answer = await sendRaw(application.url, 'GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(JSON.parse(answer.body)).toMatchObject({ status: 400, code: 'malformed_request' });
  });

  it.each([
    ['of a list', 'groups/array', { name: 'A', members: [[]] }, 'members'],
    ['of a field', 'products/array', { name: 'A', translations: [] }, 'translations'],
    ['within a field', 'products/array', { name: 'A', translations: { en: [] } }, 'translations.en'],
  ])('refuses an empty array in place of an object: %s', async (_where, path, body, field) => {
    const side = path.startsWith('groups') ? 'service' : 'admin';
    const options = { apiKey: application.config.auth.adminApiKey, body };
    const answer = await application.call('PUT', `/api/v1/${side}/${path}`, options);
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
    expect(answer.body.errors.map((error: { field: string }) => error.field)).toContain(field);
  });

  it.each([
    ['headers that are too long', `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['what is not HTTP', 'HELLO\r\n\r\n', 400],
  ])('answers %s with a problem document, and closes the connection', async (_what, request, status) => {
    const answer = await sendRaw(application.url, request);
    expect(answer).toMatchObject({
      status,
      headers: { 'content-type': 'application/problem+json; charset=utf-8', connection: 'close' },
    });
    const code = status === 431 ? 'headers_too_large' : 'malformed_request';
    expect(JSON.parse(answer.body)).toMatchObject({ status, code, request_id: answer.headers['x-request-id'] });
  });

  it.each([
    ['__proto__', '{"name":"A","email":"a@shop.test","__proto__":{"admin":true}}'],
    ['constructor.prototype', '{"name":"A","email":"a@shop.test","constructor":{"prototype":{"admin":true}}}'],
    ['half of a document', '{"name":'],
  ])('refuses a body with %s, and says so', async (_what, body) => {
    const detail = expect.stringMatching(/^The body is not JSON/);
    expect(await putUser(body)).toMatchObject({ status: 400, body: { code: 'malformed_request', detail } });
  });

  it('says of a field that is missing that alone', async () => {
    const answer = await putUser({ name: '' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
    expect(answer.body.errors.filter(({ field }: { field: string }) => field === 'email')).toEqual([
      { field: 'email', message: 'email must be given' },
    ]);
    expect(answer.body.errors).toContainEqual({ field: 'name', message: 'name must not be blank' });
  });

  it.each([
    ['PUT', USER, 'Send a valid key in the header X-Api-Key.'],
    ['GET', '/api/v1/general/plans', 'Send a valid token in the header Authorization, as: Bearer TOKEN.'],
    ['GET', `/upsell-native/${randomUUID()}`, 'Send a valid token in the header Authorization, as: Bearer TOKEN.'],
  ])('says which header %s %s waits for', async (method, path, detail) => {
    const options = { headers: { accept: 'application/json' } };
    expect(await application.call(method, path, options)).toMatchObject({ status: 401, body: { detail } });
  });

  it.each([
    ['NUL', '{"name":"A\\u0000B","email":"a@shop.test"}'],
    ['an unpaired surrogate', '{"name":"A\\ud800B","email":"a@shop.test"}'],
  ])('names the field that holds %s', async (_what, body) => {
    const answer = await putUser(body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
    expect(answer.body.errors).toEqual([{ field: 'name', message: 'must not contain NUL or unpaired surrogates' }]);
  });

  it('refuses NUL in a path', async () => {
    const answer = await application.call('PUT', '/api/v1/service/users/a%00b', {
      apiKey: application.config.auth.adminApiKey,
      body: { name: 'A', email: 'a@shop.test' },
    });
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
  });

  it('refuses fields that it does not know', async () => {
    const answer = await putUser({ name: 'A', email: 'a@shop.test', price: 0 });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: 'price' }] } });
  });

  // What a page of another site may send without being asked (no preflight) is of these types.
  it.each([
    ['application/x-www-form-urlencoded', 'name=A&email=a@shop.test'],
    ['text/plain', '{"name":"A","email":"a@shop.test"}'],
    ['multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nA\r\n--x--\r\n'],
  ])('takes JSON alone, and no %s', async (type, body) => {
    const detail = 'Content-Type must be application/json.';
    const answer = await putUser(body, { headers: { 'content-type': type } });
    expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported_media_type', detail } });
  });

  it('refuses a body over 64 KiB', async () => {
    const answer = await putUser({ name: 'A'.repeat(70_000), email: 'a@shop.test' });
    expect(answer).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
  });

  it('refuses a body that is nested thousands of levels deep', async () => {
    const body = `{"name":${'['.repeat(25_000)}${']'.repeat(25_000)}}`;
    const answer = await putUser(body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'malformed_request' } });
  });

  it('sends a strict content security policy and no server banner', async () => {
    const { headers } = await application.call('GET', '/health/live');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  });
});
