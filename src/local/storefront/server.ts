import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { Unreachable } from './clients/call.js';
import { errorPage } from './pages/error.page.js';
import { addClockRoutes } from './routes/clock.routes.js';
import { addPaymentMethodRoutes } from './routes/payment-methods.routes.js';
import { addPlanChangeRoutes } from './routes/plan-change.routes.js';
import { addPurchaseRoutes } from './routes/purchase.routes.js';
import { addQuestionRoutes } from './routes/question.routes.js';
import { addReturnRoutes } from './routes/return.routes.js';
import { addSubscriptionRoutes } from './routes/subscription.routes.js';
import { addVisitorRoutes } from './routes/visitor.routes.js';
import type { Shop } from './shop.js';

const BODY_LIMIT = 16 * 1024;

export async function createServer(shop: Shop): Promise<FastifyInstance> {
  const fastify = Fastify({ bodyLimit: BODY_LIMIT, forceCloseConnections: true });
  const headers = securityHeaders(shop.sandbox.url);
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, parsed) =>
    parsed(null, new URLSearchParams(body as string)),
  );
  fastify.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    if (request.method === 'POST' && !isOfThisShop(request)) return refuse(shop, request, reply);
    const address = canonicalAddress(shop, request);
    return address ? reply.redirect(address, 302) : undefined;
  });
  await fastify.register(fastifyStatic, { root: join(import.meta.dirname, 'assets'), prefix: '/assets/' });
  addVisitorRoutes(fastify, shop);
  addSubscriptionRoutes(fastify, shop);
  addPlanChangeRoutes(fastify, shop);
  addPaymentMethodRoutes(fastify, shop);
  addPurchaseRoutes(fastify, shop);
  addQuestionRoutes(fastify, shop);
  addReturnRoutes(fastify, shop);
  addClockRoutes(fastify, shop);
  fastify.setNotFoundHandler((request, reply) => {
    const visit = shop.visitOf(request, reply);
    return reply.status(404).send(errorPage(visit, visit.texts.errors.notFound));
  });
  fastify.setErrorHandler((error, request, reply) => showError(shop, error, request, reply));
  return fastify;
}

/**
 * Everything comes from the shop itself. Forms may also lead to the sandbox: a browser applies `form-action` to where a
 * form is redirected to, too. `same-origin`, because without a referrer policy of that kind a form's `Origin` is `null`.
 */
const securityHeaders = (sandboxUrl: string): Readonly<Record<string, string>> => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    `form-action 'self' ${new URL(sandboxUrl).origin}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cache-control': 'no-store',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
});

function isOfThisShop({ headers }: FastifyRequest): boolean {
  const { origin, host } = headers;
  if (origin !== undefined) return URL.canParse(origin) && new URL(origin).host === host;
  return ['same-origin', 'none', undefined].includes(headers['sec-fetch-site'] as string | undefined);
}

/** One name for the shop: a cookie given under `localhost` would be gone after the way back from the checkout. */
function canonicalAddress(shop: Shop, { method, url, headers }: FastifyRequest): string | undefined {
  const { port } = new URL(shop.origin);
  return method === 'GET' && headers.host === `localhost:${port}` ? `${shop.origin}${url}` : undefined;
}

function refuse(shop: Shop, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const visit = shop.visitOf(request, reply);
  return reply.status(403).send(errorPage(visit, visit.texts.errors.refused));
}

function showError(shop: Shop, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const visit = shop.visitOf(request, reply);
  const { errors } = visit.texts;
  const { statusCode } = Object(error) as { statusCode?: number };
  if (error instanceof Unreachable) return reply.status(503).send(errorPage(visit, errors.unreachable(error.url)));
  if (statusCode !== undefined && statusCode < 500) {
    return reply.status(statusCode).send(errorPage(visit, errors.refused));
  }
  console.error(error);
  return reply.status(500).send(errorPage(visit, errors.unexpected));
}
