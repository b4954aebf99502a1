import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { callerOf } from '../../support/http.js';
import { MainProcess } from '../../support/main-process.js';
import { sendRaw } from '../../support/raw-request.js';

const MEBIBYTE = 1024 * 1024;
const UPLOADS = 30;
const UPLOADED = 20 * MEBIBYTE;
const GROWTH = 80 * MEBIBYTE;
const CHUNK = Buffer.alloc(256 * 1024, 'a');

const ROUTES = ['PUT /api/v1/service/users/big', 'POST /api/v1/admin/stripe/webhook'];

describe('a body of 20 MB', () => {
  let database: TestDatabase;
  let main: MainProcess;
  let url: string;

  beforeAll(async () => {
    database = await createTestDatabase('large_bodies');
    main = new MainProcess(database.url);
    url = await main.listening();
  });

  afterAll(async () => {
    await main.stop();
    await database.drop();
  });

  const head = (route: string, length: string) =>
    [
      `${route} HTTP/1.1`,
      'Host: uplift.test',
      'Content-Type: application/json',
      `X-Api-Key: ${main.environment.ADMIN_API_KEY}`,
      'Connection: close',
      length,
      '\r\n',
    ].join('\r\n');

  it.each(ROUTES)('%s answers 413 from its announced length alone', async (route) => {
    const answer = await sendRaw(url, head(route, `Content-Length: ${UPLOADED}`));
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'payload_too_large' });
  });

  it.each(ROUTES)('%s reads no more than its limit of a stream without a length', async (route) => {
    const id = `stream-${ROUTES.indexOf(route)}-of-20-MB`;
    let sent = 0;
    await sendRaw(url, async function* () {
      yield head(route, `X-Request-Id: ${id}\r\nTransfer-Encoding: chunked`);
      for (; sent < UPLOADED; sent += CHUNK.length) yield* [`${CHUNK.length.toString(16)}\r\n`, CHUNK, '\r\n'];
    });
    expect(sent).toBeLessThan(UPLOADED);
    // A client that is still writing when the server closes often loses the answer: the server's own word counts.
    const log = await main.line(new RegExp(`"request_id":"${id}".*"msg":"request"`));
    expect(JSON.parse(log)).toMatchObject({ status: 413 });
  });

  it('costs no memory', async () => {
    const upload = () =>
      sendRaw(url, async function* () {
        yield head(ROUTES[0] ?? '', 'Transfer-Encoding: chunked');
        for (let sent = 0; sent < UPLOADED; sent += CHUNK.length) {
          yield* [`${CHUNK.length.toString(16)}\r\n`, CHUNK, '\r\n'];
        }
      });
    const uploads = () => Promise.all(Array.from({ length: UPLOADS }, upload));
    await uploads(); // what grows once, such as buffers and compiled code, has grown
    const before = await residentBytes(url);
    await uploads();
    await uploads();
    expect((await residentBytes(url)) - before).toBeLessThan(GROWTH);
  });
});

async function residentBytes(url: string): Promise<number> {
  const { body } = await callerOf(url)('GET', '/metrics');
  return Number(/^process_resident_memory_bytes (\d+)/m.exec(body)?.[1]);
}
