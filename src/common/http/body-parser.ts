import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RouteSettings } from './adapter.js';

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
    return parseJson(request, body.toString('utf8'), done);
  });
}
