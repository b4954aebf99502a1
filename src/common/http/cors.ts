import cors, { type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** What a customer's browser has a reason to call, by a token; servers and administrators are no pages. */
const FOR_BROWSERS = /^\/(?:api\/v1\/general|api\/upsell|upsell-native|thank-you)\//;
const PREFLIGHT_SECONDS = 600;

/**
 * Lets pages of the listed origins call the API that is for customers. Tokens go in a header, which a page has to know: cookies
 * are no credentials here, and none are asked for. Without origins there is not even an `OPTIONS` route.
 */
export async function useCors(fastify: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  const open: FastifyCorsOptions = {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'DELETE'],
    allowedHeaders: ['accept-language', 'authorization', 'content-type', 'idempotency-key'],
    exposedHeaders: ['content-language', 'idempotent-replayed', 'retry-after', 'x-request-id'],
    maxAge: PREFLIGHT_SECONDS,
  };
  await fastify.register(cors, {
    delegator: (request: FastifyRequest, decide: (error: Error | null, options: FastifyCorsOptions) => void) =>
      decide(null, FOR_BROWSERS.test(request.url) ? open : { origin: false }),
  });
}
