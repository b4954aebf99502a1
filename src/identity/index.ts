export { IdentityModule } from './identity.module.js';
export { IdentityService } from './identity.service.js';
export { PAYMENT_PROVIDERS, type PaymentProvider } from './domain/payment-provider.js';
export type { ApiCaller } from './domain/api-key.js';
export type { GroupRole } from './domain/membership.js';
export type {
  Group,
  Membership,
  GroupReference,
  ProviderCustomerLink,
  ProviderCustomerOwner,
  User,
} from './domain/user.js';
export { computeCustomerWakeKey, WAKE_WAITING_TASK } from './domain/wake-key.js';
export { CurrentUser } from './http/current-user.decorator.js';
export { AdminRoute, CustomerRoute, ServiceRoute } from './http/routes.decorator.js';
export { ApiKeyEntity } from './persistence/api-key.entity.js';
export { GroupEntity } from './persistence/group.entity.js';
export { GroupMemberEntity } from './persistence/group-member.entity.js';
export { UserEntity } from './persistence/user.entity.js';
export { UserProviderCustomerEntity } from './persistence/user-provider-customer.entity.js';
