import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { User } from '../domain/user.js';
import type { AuthenticatedRequest } from './authenticated-request.js';

/** The customer who calls. */
export type CurrentUser = User;

/** Gives a handler the customer who calls: `{ id, externalId, name, email }`. Only in routes behind `@CustomerRoute()`. */
export const CurrentUser = createParamDecorator((_data: unknown, context: ExecutionContext): CurrentUser => {
  const { currentUser } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!currentUser) throw new Error('CurrentUser is used without CustomerRoute');
  return currentUser;
});
