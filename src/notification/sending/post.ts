import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Answer } from '../domain/delivery.js';
import { namesPrivateAddress } from './public-address.js';
import { lookupPublic, PrivateAddressError } from './public-lookup.js';

export interface PostTerms {
  /** Connections to private addresses, and http. */
  readonly allowPrivate: boolean;
  /** For everything: name, connection, sending, answer. */
  readonly timeoutMilliseconds: number;
  /** Cuts it off. */
  readonly interrupted: AbortSignal;
}

/** What is kept of an answer's body. */
const EXCERPT_CHARACTERS = 200;
const EXCERPT_BYTES = EXCERPT_CHARACTERS * 4;

/**
 * POSTs a body once, on a connection of its own; redirects are not followed. Never throws for what the other side does.
 *
 * @param url checked by `findUrlProblem`
 */
export async function post(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  terms: PostTerms,
): Promise<Answer> {
  const timeout = AbortSignal.timeout(terms.timeoutMilliseconds);
  try {
    if (!terms.allowPrivate) checkAddress(url);
    return await exchange(url, headers, body, {
      // Pooled connections could have been opened to an address that nobody looked at.
      agent: false,
      signal: AbortSignal.any([timeout, terms.interrupted]),
      ...(terms.allowPrivate ? {} : { lookup: lookupPublic }),
    });
  } catch (error) {
    if (terms.interrupted.aborted) return { kind: 'interrupted' };
    if (timeout.aborted) return unreachable(`no answer within ${terms.timeoutMilliseconds / 1_000} s`);
    return unreachable(describe(error));
  }
}

/** What a lookup would not see. */
function checkAddress(url: URL): void {
  if (namesPrivateAddress(url)) throw new PrivateAddressError();
  if (url.protocol !== 'https:') throw new Error('messages are sent by https only');
}

function exchange(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  options: RequestOptions,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const content = Buffer.from(body);
    const request = send(url, {
      ...options,
      method: 'POST',
      headers: { ...headers, 'content-length': content.length },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      readExcerpt(response)
        .then((excerpt) => resolve({ kind: 'answered', status: response.statusCode ?? 0, excerpt }))
        .catch(reject)
        .finally(() => request.destroy());
    });
    request.end(content);
  });
}

/** The beginning of a body as one line of text; a success needs none. */
async function readExcerpt(response: IncomingMessage): Promise<string> {
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 400) return '';
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= EXCERPT_BYTES) break;
  }
  const text = Buffer.concat(chunks).subarray(0, EXCERPT_BYTES).toString('utf8');
  const line = text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, EXCERPT_CHARACTERS);
  return line.toWellFormed();
}

/** Several addresses that all failed make an AggregateError without a message. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return describe(error.errors[0]);
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  if (error instanceof PrivateAddressError) return error.message;
  return code ? `the connection failed (${code})` : (message ?? 'the connection failed');
}

const unreachable = (problem: string): Answer => ({
  kind: 'unreachable',
  problem: `The endpoint could not be reached: ${problem}.`,
});
