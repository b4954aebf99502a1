import { applyDecorators, UseGuards, UseInterceptors } from '@nestjs/common';
import { ApiBearerAuth, ApiSecurity } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/index.js';
import { ApiKeyGuard, RequireScope } from './api-key.guard.js';
import { AuditInterceptor } from './audit.interceptor.js';
import { CustomerOrServiceGuard } from './customer-or-service.guard.js';
import { CustomerGuard } from './customer.guard.js';

/** For customers with a token of the storefront. The module must import IdentityModule. */
export const CustomerRoute = () =>
  applyDecorators(
    UseGuards(CustomerGuard),
    ApiBearerAuth('customer'),
    ApiProblems('unauthenticated', 'too_many_requests', 'service_unavailable'),
  );

/** For the storefront's server: a key with scope `service`. The module must import IdentityModule. */
export const ServiceRoute = () =>
  applyDecorators(
    RequireScope('service'),
    UseGuards(ApiKeyGuard),
    ApiSecurity('service'),
    ApiProblems('unauthenticated', 'forbidden', 'too_many_requests'),
  );

/** For administrators: a key with scope `admin`; every write is audited. The module must import IdentityModule. */
export const AdminRoute = () =>
  applyDecorators(
    RequireScope('admin'),
    UseGuards(ApiKeyGuard),
    UseInterceptors(AuditInterceptor),
    ApiSecurity('admin'),
    ApiProblems('unauthenticated', 'forbidden', 'too_many_requests'),
  );

/** For customers with a token, and for the storefront's server in their name. The module must import IdentityModule. */
export const CustomerOrServiceRoute = () =>
  applyDecorators(
    RequireScope('service'),
    UseGuards(CustomerOrServiceGuard),
    ApiBearerAuth('customer'),
    ApiSecurity('service'),
    ApiProblems('unauthenticated', 'forbidden', 'too_many_requests', 'service_unavailable'),
  );
