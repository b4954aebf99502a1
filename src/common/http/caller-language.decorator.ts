import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Language } from '../../config/index.js';
import { computeLanguage } from './language.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The language that the caller asked for. */
    language: Language;
  }
}

/** Decides each request's language once, from `Accept-Language`. */
export function useCallerLanguage(fastify: FastifyInstance, fallback: Language): void {
  fastify.decorateRequest('language', fallback);
  fastify.addHook('onRequest', (request, _reply, done) => {
    request.language = computeLanguage(request.headers['accept-language'], fallback);
    done();
  });
}

/** Gives a handler the language that its caller asked for. */
export const CallerLanguage = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Language => context.switchToHttp().getRequest<FastifyRequest>().language,
);
