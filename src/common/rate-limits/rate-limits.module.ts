import { Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { CredentialAttempts } from './credential-attempts.js';
import { RateLimitInterceptor } from './rate-limit.interceptor.js';
import { RateLimits } from './rate-limits.js';

/** Global: guards of every module count what they refuse. */
@Global()
@Module({
  providers: [RateLimits, CredentialAttempts, { provide: APP_INTERCEPTOR, useClass: RateLimitInterceptor }],
  exports: [CredentialAttempts],
})
export class RateLimitsModule {}
