import type { FastifyInstance } from 'fastify';
import type { Shutdown } from '../shutdown/index.js';

/**
 * Ends connections one by one. From the first signal on every answer closes its connection, so that clients and proxies that
 * keep theirs open go elsewhere; later nobody is let in; what is still open when all answers are due is cut.
 */
export function drainOnShutdown(fastify: FastifyInstance, shutdown: Shutdown): void {
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (shutdown.begun.aborted) void reply.header('connection', 'close');
    done(null, payload);
  });
  // Not by `fastify.close()`, which comes after the background work has ended, and then waits for these requests too.
  shutdown.closing.addEventListener('abort', () => fastify.server.close());
  shutdown.cut.addEventListener('abort', () => fastify.server.closeAllConnections());
}
