import type { FastifyRequest } from 'fastify';
import { RawBodyRoute } from '../../common/http/index.js';

/** Of every provider's route: the signature is over the bytes as they came. */
export const WebhookRoute = () => RawBodyRoute({ bodyLimit: 2 * 1024 * 1024, helmet: false });

/** Nothing where there was no body: then no signature holds. */
export const bodyOf = ({ body }: FastifyRequest): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0));
