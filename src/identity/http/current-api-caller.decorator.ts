import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ApiCaller } from '../domain/api-key.js';
import type { AuthenticatedRequest } from './authenticated-request.js';

/** Whoever calls with an API key. */
export type CurrentApiCaller = ApiCaller;

/** Gives a handler the key that it is called with. Only in routes behind `@AdminRoute()` or `@ServiceRoute()`. */
export const CurrentApiCaller = createParamDecorator((_data: unknown, context: ExecutionContext): CurrentApiCaller => {
  const { apiCaller } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!apiCaller) throw new Error('CurrentApiCaller is used without AdminRoute or ServiceRoute');
  return apiCaller;
});
