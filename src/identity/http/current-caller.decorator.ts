import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { User } from '../domain/user.js';
import type { AuthenticatedRequest } from './authenticated-request.js';

/** A customer, or the storefront's server in the name of any. */
export type CurrentCaller = { readonly kind: 'customer'; readonly user: User } | { readonly kind: 'service' };

/** Gives a handler who calls. Only in routes behind `@CustomerOrServiceRoute()`. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext): CurrentCaller => {
  const { currentUser, apiCaller } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (apiCaller) return { kind: 'service' };
  if (currentUser) return { kind: 'customer', user: currentUser };
  throw new Error('CurrentCaller is used without CustomerOrServiceRoute');
});
