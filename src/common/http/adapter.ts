import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Config } from '../../config/index.js';
import { withLogFields } from '../observability/log-context.js';
import type { Caller } from '../rate-limits/caller.js';
import { createClientErrorHandler } from './client-errors.js';
import { hasCardNumber } from './card-number.js';
import { ProblemFilter } from './problem.filter.js';
import { secure } from './security-headers.js';

/** Bytes of a JSON body; webhook routes set their own limit. */
const JSON_LIMIT = 64 * 1024;
/** Characters of one path parameter: ids of other systems have up to 255, percent-encoded three times as many. */
const PATH_PARAMETER_LIMIT = 1_024;
const REQUEST_DEADLINE_MILLISECONDS = 15_000;
/** How often the deadline is looked at; Node's own 30 s would make three times as much of it. */
const DEADLINE_LOOK_MILLISECONDS = 2_000;
/** Whoever collects these must be found and can be blocked; everybody else's address is no business of the log's. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 429]);
const REQUEST_ID = /^[\w.:-]{8,100}$/;

/** What a route may say in its `@RouteConfig`. */
export interface RouteSettings {
  /** The handler gets the body's bytes as they came, unparsed. */
  readonly rawBody?: boolean;
  readonly bodyLimit?: number;
  /** Options of @fastify/helmet for this route; false: its headers are for browsers, and none comes here. */
  readonly helmet?: object | false;
}

/** The Fastify adapter with our limits and request ids. */
export function createAdapter(logger: FastifyBaseLogger, config: Config): FastifyAdapter {
  const { trustedProxies } = config.http;
  const problems = new ProblemFilter(config);
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    childLoggerFactory: (parent: FastifyBaseLogger) => parent, // the log context carries the request id
    bodyLimit: JSON_LIMIT,
    routerOptions: { maxParamLength: PATH_PARAMETER_LIMIT },
    forceCloseConnections: 'idle',
    requestTimeout: REQUEST_DEADLINE_MILLISECONDS,
    // Node takes the greater of both for the whole request, and has 60 s for the headers.
    http: { connectionsCheckingInterval: DEADLINE_LOOK_MILLISECONDS, headersTimeout: REQUEST_DEADLINE_MILLISECONDS },
    return503OnClosing: false, // what still comes on an open connection is answered as ever, and its connection closed
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    genReqId: (request: IncomingMessage) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) && !hasCardNumber(given) ? given : randomUUID();
    },
    // A malformed URL or an over-long path parameter: the router answers these before any hook or handler.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      void reply.header('x-request-id', request.id);
      secure(reply);
      problems.send(error, request, reply);
    },
    clientErrorHandler: createClientErrorHandler(config, logger),
    logController: new LogController({ disableRequestLogging: true }),
  });
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  liftRouteSettings(fastify);
  identifyRequests(fastify);
  return adapter;
}

/** Nest passes only `config`; these two belong at the top of a Fastify route. */
function liftRouteSettings(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const settings = (route.config ?? {}) as RouteSettings;
    if (settings.bodyLimit) route.bodyLimit = settings.bodyLimit;
    if (settings.helmet !== undefined) Object.assign(route, { helmet: settings.helmet });
  });
}

function identifyRequests(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    withLogFields({ request_id: request.id }, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { statusCode: status } = reply;
    const route = request.routeOptions.url;
    request.log[isProbe(route) && status < 400 ? 'debug' : 'info'](
      {
        request_id: request.id,
        method: request.method,
        route,
        caller: describe(request.caller),
        code: request.problemCode,
        status,
        client_address: REFUSALS.has(status) ? request.ip : undefined,
        milliseconds: Math.round(reply.elapsedTime),
      },
      'request',
    );
    done();
  });
}

/** Asked every few seconds: news only when the answer is no. */
const isProbe = (route: string | undefined): boolean => route === '/metrics' || route?.startsWith('/health/') === true;

/** Servers by the beginning of their key; a customer's id is the merchant's, and may be an e-mail address. */
const describe = (caller: Caller | undefined): string | undefined =>
  caller?.kind === 'server' ? caller.id : caller?.kind;
