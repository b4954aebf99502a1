import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StartedApplication } from '../../support/application.js';
import { expectProblem, startApi, tally, times } from '../identity/support.js';
import { PICTURES, shopOf } from './support.js';

let application: StartedApplication;
let shop: ReturnType<typeof shopOf>;

beforeAll(async () => {
  application = await startApi('media');
  shop = shopOf(application);
});
afterAll(() => application.close());

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const countFiles = async () => (await application.database.query(`SELECT FROM media_files`)).length;

describe('an upload', () => {
  test.each(Object.entries(PICTURES))('of %s is told by its bytes and served as they came', async (kind, bytes) => {
    const uploaded = await shop.upload(bytes);
    expect(uploaded.status).toBe(200);
    const path = `/media/${sha256(bytes)}`;
    expect(uploaded.body).toEqual({ path, content_type: `image/${kind}`, size: bytes.length });

    const served = await fetch(`${application.url}${path}`);
    expect(served.status).toBe(200);
    expect(Buffer.from(await served.arrayBuffer())).toEqual(bytes);
    expect(Object.fromEntries(served.headers)).toMatchObject({
      'content-type': `image/${kind}`,
      'cache-control': 'public, max-age=31536000, immutable',
      'content-disposition': 'inline',
      'x-content-type-options': 'nosniff',
      etag: `"${sha256(bytes)}"`,
    });
  });

  test('the same bytes twenty times at once are one picture', async () => {
    const before = await countFiles();
    const bytes = Buffer.concat([PICTURES.png, Buffer.from('twenty')]);
    const answers = await Promise.all(times(20, () => shop.upload(bytes)));
    expect(tally(answers)).toEqual({ '200': 20 });
    expect(new Set(answers.map((answer) => answer.body.path)).size).toBe(1);
    expect(await countFiles()).toBe(before + 1);
  });

  test.each([
    ['a page', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['JSON', Buffer.from('{}')],
    ['nothing', Buffer.alloc(0)],
  ])('%s is refused, whatever it is called', async (_what, bytes) => {
    const before = await countFiles();
    const answer = await application.call('POST', '/api/v1/admin/media', {
      apiKey: application.config.auth.adminApiKey,
      headers: { 'content-type': 'image/png' },
      body: bytes,
    });
    expectProblem(answer, 415, 'media_not_acceptable');
    expect(await countFiles()).toBe(before);
  });

  test('as a form is refused, and is told how a picture is sent', async () => {
    const body = new FormData();
    body.append('file', new Blob([PICTURES.png], { type: 'image/png' }), 'picture.png');
    const headers = { 'x-api-key': application.config.auth.adminApiKey };
    const answer = await fetch(`${application.url}/api/v1/admin/media`, { method: 'POST', headers, body });
    expect(answer.status).toBe(415);
    expect(await answer.json()).toMatchObject({
      code: 'media_not_acceptable',
      detail: "Send the picture's bytes as the body, with its Content-Type; not a form.",
    });
  });

  test('has at most 500 kB', async () => {
    const picture = (size: number) => Buffer.concat([PICTURES.jpeg], size);
    expect((await shop.upload(picture(500_000))).body.size).toBe(500_000);
    expectProblem(await shop.upload(picture(500_001)), 413, 'payload_too_large');
  });

  test('is for administrators', async () => {
    const answer = await application.call('POST', '/api/v1/admin/media', { body: PICTURES.png });
    expectProblem(answer, 401, 'unauthenticated');
  });
});

describe('a picture', () => {
  test('that the browser has already is not sent again', async () => {
    const { path } = (await shop.upload(PICTURES.png)).body;
    const ask = (tag: string) => application.call('GET', path, { headers: { 'if-none-match': tag } });
    const tag = `"${sha256(PICTURES.png)}"`;
    for (const given of [tag, `W/${tag}`, `"older", ${tag}`]) {
      const { status, body, headers } = await ask(given);
      expect({ status, body, tag: headers.get('etag') }).toEqual({ status: 304, body: undefined, tag });
    }
    expect((await ask('"another"')).status).toBe(200);
  });

  test('that nobody uploaded is not found, and a path that is none is refused', async () => {
    expectProblem(await application.call('GET', `/media/${'0'.repeat(64)}`), 404, 'media_not_found');
    expectProblem(await application.call('GET', '/media/..%2F..%2Fetc%2Fpasswd'), 422, 'validation_failed');
  });
});
