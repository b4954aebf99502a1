import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ApiCaller } from '../domain/api-key.js';
import type { AuthenticatedRequest } from './authenticated-request.js';

/** Gives a handler whose key it was: `{ prefix, scopes }`. Only behind `@ServiceRoute()` and `@AdminRoute()`. */
export const CurrentApiKey = createParamDecorator((_data: unknown, context: ExecutionContext): ApiCaller => {
  const { apiCaller } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!apiCaller) throw new Error('CurrentApiKey is used without ServiceRoute or AdminRoute');
  return apiCaller;
});
