import type { FastifyRequest } from 'fastify';
import type { ApiCaller } from '../domain/api-key.js';
import type { User } from '../domain/user.js';

/** What the guards leave on the request for the handler. */
export interface AuthenticatedRequest extends FastifyRequest {
  currentUser?: User;
  apiCaller?: ApiCaller;
}
