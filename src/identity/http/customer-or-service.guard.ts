import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ApiKeyGuard } from './api-key.guard.js';
import type { AuthenticatedRequest } from './authenticated-request.js';
import { CustomerGuard } from './customer.guard.js';

/** Lets in the storefront's server by its key, and customers by their token. Whoever shows a key is held to it. */
@Injectable()
export class CustomerOrServiceGuard implements CanActivate {
  constructor(
    private readonly services: ApiKeyGuard,
    private readonly customers: CustomerGuard,
  ) {}

  canActivate(context: ExecutionContext): Promise<boolean> {
    const { headers } = context.switchToHttp().getRequest<AuthenticatedRequest>();
    return headers['x-api-key'] === undefined
      ? this.customers.canActivate(context)
      : this.services.canActivate(context);
  }
}
