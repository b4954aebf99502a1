export { CredentialAttempts } from './credential-attempts.js';
export { Limited } from './limited.decorator.js';
export { useRateLimits } from './limiters.js';
export { RateLimitsModule } from './rate-limits.module.js';
