import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApplicationError, type ErrorCode } from '../errors/index.js';
import type { RouteSettings } from './adapter.js';

/** No route takes more than a handful; thousands would overflow the stack of whatever walks the body. */
const MOST_LEVELS = 100;

/**
 * One parser for every content type: webhook routes get the bytes as they came (a signature covers bytes, and a signed body
 * is never refused for what is in it), all others strict JSON without `__proto__`.
 */
export function useOwnBodyParser(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (request: FastifyRequest, body: Buffer, done) => {
    if ((request.routeOptions.config as RouteSettings).rawBody) return done(null, body);
    if (body.length === 0) return done(null, undefined);
    const refusal = findRefusal(request, body);
    if (refusal) return done(refusal, undefined);
    return parseJson(request, body.toString('utf8'), (error, parsed) => done(error && notJson(), parsed));
  });
}

function findRefusal({ headers }: FastifyRequest, body: Buffer): Error | undefined {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return refuse('unsupported_media_type', 'Content-Type must be application/json.');
  // Nothing is inflated here: a small body could be a huge one.
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity') return refuse('unsupported_media_type', 'The body must not be compressed.');
  // Bytes that are no text would silently become other characters.
  if (!isUtf8(body)) return refuse('malformed_request', 'The body is not UTF-8.');
  if (!isNestedDeeply(body.toString('utf8'))) return undefined;
  return refuse('malformed_request', `The body is nested more than ${MOST_LEVELS} levels deep.`);
}

const refuse = (code: ErrorCode, detail: string): Error => new ApplicationError(code, { detail });

const notJson = (): Error =>
  refuse('malformed_request', 'The body is not JSON, or names a field __proto__ or constructor.prototype.');

/** Brackets count also inside texts, where nobody writes that many more opening than closing ones. */
function isNestedDeeply(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    if (depth > MOST_LEVELS) return true;
  }
  return false;
}
