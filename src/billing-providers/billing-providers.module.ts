import { Module } from '@nestjs/common';
import { BillingProviderRegistry } from './billing-provider-registry.js';
import { ProviderCallObserver } from './provider-call-observer.js';
import { StripeBillingProvider } from './stripe/stripe-billing-provider.js';

@Module({
  providers: [
    ProviderCallObserver,
    StripeBillingProvider,
    {
      provide: BillingProviderRegistry,
      inject: [StripeBillingProvider],
      useFactory: (stripe: StripeBillingProvider) => new BillingProviderRegistry([stripe]),
    },
  ],
  exports: [BillingProviderRegistry],
})
export class BillingProvidersModule {}
