import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { post, type PostTerms } from '../../../src/notification/sending/post.js';
import { lookupPublic, PrivateAddressError } from '../../../src/notification/sending/public-lookup.js';
import { SELF_SIGNED } from './certificate.js';

const terms = (changes: Partial<PostTerms> = {}): PostTerms => ({
  allowPrivate: true,
  timeoutMilliseconds: 5_000,
  interrupted: new AbortController().signal,
  ...changes,
});

let server: Server;
let port: number;
let connections: number;

beforeEach(async () => {
  connections = 0;
  server = createServer((request, response) => {
    if (request.url === '/silent') return;
    if (request.url === '/endless') {
      response.writeHead(500);
      const timer = setInterval(() => response.write('x'.repeat(10_000)), 1);
      response.on('close', () => clearInterval(timer));
      return;
    }
    if (request.url === '/drip') {
      response.writeHead(500).write('not yet');
      return;
    }
    response.writeHead(200).end();
  });
  server.on('connection', () => connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const send = (url: string, changes?: Partial<PostTerms>) => post(new URL(url), {}, '{}', terms(changes));

describe('sending', () => {
  it.each(['/silent', '/drip'])('to %s ends with the timeout', async (path) => {
    expect(await send(`http://127.0.0.1:${port}${path}`, { timeoutMilliseconds: 200 })).toEqual({
      kind: 'unreachable',
      problem: 'The endpoint could not be reached: no answer within 0.2 s.',
    });
  });

  it('ends when this service stops', async () => {
    const stop = new AbortController();
    const answer = send(`http://127.0.0.1:${port}/silent`, { interrupted: stop.signal });
    stop.abort();
    expect(await answer).toEqual({ kind: 'interrupted' });
  });

  it('reads no more than the beginning of an answer', async () => {
    expect(await send(`http://127.0.0.1:${port}/endless`)).toEqual({
      kind: 'answered',
      status: 500,
      excerpt: 'x'.repeat(200),
    });
  });

  it('goes to nobody whose certificate does not hold', async () => {
    let requests = 0;
    const impostor = createTlsServer(SELF_SIGNED, (_request, response) => {
      requests++;
      response.end();
    });
    impostor.listen(0, '127.0.0.1');
    await once(impostor, 'listening');
    const { port: at } = impostor.address() as AddressInfo;
    expect(await send(`https://127.0.0.1:${at}/`)).toEqual({
      kind: 'unreachable',
      problem: 'The endpoint could not be reached: the connection failed (DEPTH_ZERO_SELF_SIGNED_CERT).',
    });
    expect(requests).toBe(0);
    impostor.close();
    await once(impostor, 'close');
  });

  it('says that a name does not exist', async () => {
    const answer = await send('http://no-such-host.invalid/');
    expect(answer).toMatchObject({ kind: 'unreachable' });
    expect(answer).toHaveProperty('problem', expect.stringMatching(/the connection failed \((ENOTFOUND|EAI_AGAIN)\)/));
  });
});

describe('sending to the public internet only', () => {
  const PRIVATE = 'The endpoint could not be reached: the host leads to an address that is not of the public internet.';

  it.each(['127.0.0.1', 'localhost', '0x7f.1', '2130706433', '0.0.0.0', '[::1]', '[::ffff:127.0.0.1]'])(
    'opens no connection to %s',
    async (host) => {
      const answer = await send(`https://${host}:${port}/`, { allowPrivate: false });
      expect(answer).toEqual({ kind: 'unreachable', problem: PRIVATE });
      expect(connections).toBe(0);
    },
  );

  it.each(['10.0.0.1', '169.254.169.254', '100.64.0.1', '[fd00::1]', '[fe80::1]'])('refuses %s', async (host) => {
    const answer = await send(`https://${host}/`, { allowPrivate: false });
    expect(answer).toEqual({ kind: 'unreachable', problem: PRIVATE });
  });

  it('sends nothing without encryption', async () => {
    expect(await send('http://shop.example/', { allowPrivate: false })).toEqual({
      kind: 'unreachable',
      problem: 'The endpoint could not be reached: messages are sent by https only.',
    });
  });

  it.each([
    ['8.8.8.8', 4],
    ['2606:4700:4700::1111', 6],
  ])('looks up %s, one or all', async (address, family) => {
    const look = (all: boolean) =>
      new Promise((resolve, reject) => {
        lookupPublic(address, { all }, (error, found, foundFamily) => {
          if (error) reject(error);
          else resolve(all ? found : [{ address: found, family: foundFamily }]);
        });
      });
    expect(await look(true)).toEqual([{ address, family }]);
    expect(await look(false)).toEqual([{ address, family }]);
  });

  it('finds nothing at a name that leads home', async () => {
    const found = new Promise((resolve) => lookupPublic('localhost', { all: true }, (error) => resolve(error)));
    expect(await found).toBeInstanceOf(PrivateAddressError);
  });
});
