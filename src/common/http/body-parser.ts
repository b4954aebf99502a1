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
    const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json') {
      return done(Object.assign(new Error('only application/json'), { statusCode: 415 }), undefined);
    }
    const text = body.toString('utf8');
    if (isNestedDeeply(text)) {
      return done(Object.assign(new Error('nested too deeply'), { statusCode: 400 }), undefined);
    }
    return parseJson(request, text, done);
  });
}

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
