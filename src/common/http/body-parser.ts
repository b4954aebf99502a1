import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
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
    return parseJson(request, body.toString('utf8'), done);
  });
}

function findRefusal({ headers }: FastifyRequest, body: Buffer): Error | undefined {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return refuse('only application/json', 415);
  // Nothing is inflated here: a small body could be a huge one.
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity') return refuse('only uncompressed', 415);
  // Bytes that are no text would silently become other characters.
  if (!isUtf8(body)) return refuse('not UTF-8', 400);
  return isNestedDeeply(body.toString('utf8')) ? refuse('nested too deeply', 400) : undefined;
}

const refuse = (reason: string, statusCode: number): Error => Object.assign(new Error(reason), { statusCode });

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
