import dns from 'node:dns';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { findUrlProblem } from '../../src/notification/domain/webhook-url.js';
import { namesPrivateAddress } from '../../src/notification/sending/public-address.js';
import { post } from '../../src/notification/sending/post.js';
import { lookupPublic } from '../../src/notification/sending/public-lookup.js';
import { startApplication, type StartedApplication } from '../support/application.js';

let application: StartedApplication;
let insider: Server;
let visits = 0;

beforeAll(async () => {
  application = await startApplication({
    name: 'security_addresses',
    environment: { PROCESS_ROLE: 'api', MERCHANT_WEBHOOKS_TO_PRIVATE_ADDRESSES: 'false' },
  });
  insider = createServer((_request, response) => {
    visits += 1;
    response.end();
  });
  insider.listen(0, '127.0.0.1');
  await once(insider, 'listening');
});
afterAll(async () => {
  await application.close();
  insider.closeAllConnections();
  insider.close();
});

const portOf = (server: Server) => (server.address() as AddressInfo).port;
const admin = (method: string, path: string, body?: object) =>
  application.call(method, `/api/v1/admin/${path}`, { apiKey: application.config.auth.adminApiKey, body });

describe('a merchant’s endpoint', () => {
  /** Loopback, private, link-local and the like, in every way that a URL can be written. */
  const INSIDE = [
    'https://127.0.0.1/',
    'https://127.0.0.1:8443/',
    'https://127.1/',
    'https://127.0.1/',
    'https://0/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.0x0.0x0.0x1/',
    'https://017700000001/',
    'https://0177.0.0.01/',
    'https://127.0.0.1./',
    'https://%31%32%37.0.0.1/',
    'https://127。0。0。1/',
    'https://①②⑦.⓪.⓪.①/',
    'https:\\\\127.0.0.1\\',
    'https:127.0.0.1/',
    ' https://127.0.0.1/',
    'https://127.0.0.\t1/',
    'HTTPS://127.0.0.1/',
    'https://10.0.0.1/',
    'https://172.16.0.1/',
    'https://192.168.0.1/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[fd00:ec2::254]/',
    'https://0.0.0.0/',
    'https://255.255.255.255/',
    'https://224.0.0.1/',
    'https://[::1]/',
    'https://[::]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[64:ff9b:1::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:0:7f00:1::]/',
    'https://[fc00::1]/',
    'https://[fe80::1]/',
    'https://[ff02::1]/',
    'https://[100::1]/',
    'https://[2001:db8::1]/',
  ];
  const OF_ANOTHER_KIND = [
    'http://shop.test/',
    'ftp://shop.test/',
    'file:///etc/passwd',
    'gopher://shop.test/_GET',
    'data:text/plain,x',
    'javascript:alert(1)',
    'blob:https://shop.test/1',
    'ws://shop.test/',
    'dict://shop.test:11211/',
    'ldap://shop.test/',
    'unix:/var/run/docker.sock',
    '//shop.test/hooks',
    '/hooks',
    'shop.test/hooks',
    'https://',
    'https:///',
    'https://user@shop.test/',
    'https://user:secret@shop.test/',
    'https://shop.test@127.0.0.1/',
    'https://shop.test/#fragment',
    'https://shop.test:99999/',
    'https://[::1/',
    'https://[fe80::1%25lo]/',
    'https://sh op.test/',
    `https://shop.test/${'a'.repeat(2_000)}`,
  ];

  it.each([...INSIDE, ...OF_ANOTHER_KIND])('cannot be %j', async (url) => {
    const created = await admin('POST', 'webhook-endpoints', { url });
    expect(created.status).toBe(422);
    expect(['webhook_url_not_allowed', 'validation_failed']).toContain(created.body.code);
    const isRefused = findUrlProblem(url, { allowPrivate: false }) !== undefined || namesPrivateAddress(new URL(url));
    expect(isRefused).toBe(true);
  });

  it('cannot be changed to one of these', async () => {
    const { body } = await admin('POST', 'webhook-endpoints', { url: 'https://shop.test/hooks' });
    for (const url of ['https://127.0.0.1/', 'http://shop.test/', 'https://me@shop.test/']) {
      const changed = await admin('PATCH', `webhook-endpoints/${body.id}`, { url });
      expect([changed.status, changed.body.code]).toEqual([422, 'webhook_url_not_allowed']);
    }
    expect((await admin('GET', `webhook-endpoints/${body.id}`)).body.url).toBe('https://shop.test/hooks');
  });

  it.each(INSIDE)('is not connected to at %j either, if it got there otherwise', async (url) => {
    const terms = { allowPrivate: false, timeoutMilliseconds: 5_000, interrupted: new AbortController().signal };
    const answer = await post(new URL(url), {}, '{}', terms);
    expect(answer).toEqual({
      kind: 'unreachable',
      problem: 'The endpoint could not be reached: the host leads to an address that is not of the public internet.',
    });
  });

  it('that redirects is not followed, wherever to', async () => {
    const door = createServer((_request, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${portOf(insider)}/inside` }).end();
    });
    door.listen(0, '127.0.0.1');
    await once(door, 'listening');
    const terms = { allowPrivate: true, timeoutMilliseconds: 5_000, interrupted: new AbortController().signal };
    const answer = await post(new URL(`http://127.0.0.1:${portOf(door)}/`), {}, '{}', terms);
    expect(answer).toMatchObject({ kind: 'answered', status: 307 });
    expect(visits).toBe(0);
    door.close();
  });
});

describe('a name that leads elsewhere every time', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    syncBuiltinESMExports();
  });

  it('is connected to where it was looked up, once, and never inside', async () => {
    const answers = [
      [{ address: '93.184.215.14', family: 4 }],
      [
        { address: '127.0.0.1', family: 4 },
        { address: '93.184.215.14', family: 4 },
      ],
      [{ address: '127.0.0.1', family: 4 }],
      [{ address: '::ffff:127.0.0.1', family: 6 }],
    ];
    let lookups = 0;
    const answer = (_host: string, _options: object, callback: (error: null, addresses: object[]) => void) =>
      callback(null, answers[lookups++] ?? []);
    vi.spyOn(dns, 'lookup').mockImplementation(answer as unknown as typeof dns.lookup);
    syncBuiltinESMExports();
    const look = () =>
      new Promise((resolve) =>
        lookupPublic('rebinding.test', { all: true }, (error, found) => resolve(error ? error.name : found)),
      );
    const outside = [{ address: '93.184.215.14', family: 4 }];
    expect([await look(), await look(), await look(), await look()]).toEqual([
      outside,
      outside,
      'PrivateAddressError',
      'PrivateAddressError',
    ]);
    expect(lookups).toBe(4);
  });
});
