import helmet from '@fastify/helmet';
import type { FastifyInstance, FastifyReply } from 'fastify';

const YEAR_SECONDS = 365 * 24 * 3_600;
const CONTENT_SECURITY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    objectSrc: ["'none'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
  },
};
/** What a page that only shows and asks has no use for. */
const PERMISSIONS = 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()';

/**
 * What browsers are told of every answer: nothing of another origin runs in our pages, nobody puts them into a frame, no address
 * of them is passed on (tokens stand in their fragments), nothing is taken for another type. An answer that does not say how long
 * it may be kept is kept by nobody.
 *
 * @param appUrl browsers come back by https alone, for a year, where it begins with it
 */
export async function useSecurityHeaders(fastify: FastifyInstance, appUrl: string): Promise<void> {
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    secure(reply);
    done(null, payload);
  });
  await fastify.register(helmet, {
    global: true,
    contentSecurityPolicy: CONTENT_SECURITY,
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: appUrl.startsWith('https:') ? { maxAge: YEAR_SECONDS, includeSubDomains: true } : false,
  });
}

/** Also for answers that helmet does not see: to webhooks, and to what the router refuses. */
export function secure(reply: FastifyReply): void {
  void reply.header('x-content-type-options', 'nosniff');
  if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
  if (String(reply.getHeader('content-type')).startsWith('text/html')) {
    void reply.header('permissions-policy', PERMISSIONS);
  }
}
