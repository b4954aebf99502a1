import { Module } from '@nestjs/common';
import { ApiKeysService } from './api-keys.service.js';
import { ApiKeyAuthentication } from './authentication/api-key-authentication.js';
import { CustomerTokens } from './authentication/customer-tokens.js';
import { GroupsService } from './groups.service.js';
import { ApiKeyGuard } from './http/api-key.guard.js';
import { ApiKeysController } from './http/api-keys.controller.js';
import { CustomerGuard } from './http/customer.guard.js';
import { GroupsController } from './http/groups.controller.js';
import { UsersController } from './http/users.controller.js';
import { IdentityService } from './identity.service.js';
import { ApiKeyRepository } from './persistence/api-key.repository.js';
import { GroupRepository } from './persistence/group.repository.js';
import { IdentityInvariants } from './persistence/invariants.js';
import { ProviderCustomerRepository } from './persistence/provider-customer.repository.js';
import { UserRepository } from './persistence/user.repository.js';
import { ProviderCustomersService } from './provider-customers.service.js';
import { UsersService } from './users.service.js';

/** A module that uses one of the route decorators (`http/routes.decorator.ts`) imports this one: its guards need the exports. */
@Module({
  controllers: [UsersController, GroupsController, ApiKeysController],
  providers: [
    ApiKeyRepository,
    GroupRepository,
    IdentityInvariants,
    ProviderCustomerRepository,
    UserRepository,
    ApiKeyAuthentication,
    CustomerTokens,
    ApiKeyGuard,
    CustomerGuard,
    ApiKeysService,
    GroupsService,
    IdentityService,
    ProviderCustomersService,
    UsersService,
  ],
  exports: [IdentityService, ApiKeyAuthentication, CustomerTokens, ApiKeyGuard, CustomerGuard],
})
export class IdentityModule {}
