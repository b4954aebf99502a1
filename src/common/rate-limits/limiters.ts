import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../../config/index.js';

/** What is counted: tries to pay, other requests that make a provider be called, and refused credentials. */
export type LimitName = 'charges' | 'provider_calls' | 'failed_credentials';
export type Limiter = ReturnType<FastifyInstance['createRateLimit']>;

declare module 'fastify' {
  interface FastifyInstance {
    limiters: Readonly<Record<LimitName, Limiter>>;
  }
}

const WINDOW_MILLISECONDS = 60_000;
/** Callers that are remembered for each limit; whoever has been silent longest is forgotten first. */
const MOST_CALLERS = 50_000;
/** What one household or server has at least; single addresses of it cost nothing. */
const IPV6_NETWORK = 64;

/**
 * Puts the limiters into the application. They count in this process: behind a balancer the limits are that many times higher,
 * which still bounds what they are there to bound, and asks no other system before every charge.
 */
export async function useRateLimits(fastify: FastifyInstance, { rateLimits }: Config): Promise<void> {
  await fastify.register(rateLimit, { global: false });
  const create = (customerLimit: number, keyGenerator = callerKey): Limiter => {
    const options = {
      timeWindow: WINDOW_MILLISECONDS,
      cache: MOST_CALLERS,
      max: ({ caller }: FastifyRequest) => (caller?.kind === 'server' ? rateLimits.server : customerLimit),
      keyGenerator,
    };
    return fastify.createRateLimit(options);
  };
  fastify.decorate('limiters', {
    charges: create(rateLimits.charges),
    provider_calls: create(rateLimits.providerCalls),
    failed_credentials: create(rateLimits.failedCredentials, addressKey),
  });
}

/** The client's address, as the trusted proxies tell it; an IPv6 client has a whole network of them. */
const addressKey = ({ ip }: FastifyRequest): string => normalizeIP(ip, IPV6_NETWORK);

const callerKey = (request: FastifyRequest): string =>
  request.caller ? `${request.caller.kind}:${request.caller.id}` : `address:${addressKey(request)}`;
