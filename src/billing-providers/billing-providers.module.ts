import { Module } from '@nestjs/common';
import { Clock } from '../common/clock/index.js';
import { Config } from '../config/index.js';
import { IdentityModule } from '../identity/index.js';
import type { BillingProvider } from './billing-provider.js';
import { BillingProviderRegistry } from './billing-provider-registry.js';
import { DodoBillingProvider } from './dodo/dodo-billing-provider.js';
import { ProviderCallObserver } from './provider-call-observer.js';
import { ProviderCustomers } from './provider-customers.js';
import { StripeBillingProvider } from './stripe/stripe-billing-provider.js';

@Module({
  imports: [IdentityModule],
  providers: [
    ProviderCallObserver,
    ProviderCustomers,
    {
      provide: BillingProviderRegistry,
      inject: [Config, ProviderCallObserver, Clock],
      useFactory: ({ stripe, dodo, defaultProvider }: Config, observer: ProviderCallObserver, clock: Clock) => {
        const providers: BillingProvider[] = [];
        if (stripe) providers.push(new StripeBillingProvider(stripe, observer, clock));
        if (dodo) providers.push(new DodoBillingProvider(dodo, observer, clock));
        return new BillingProviderRegistry(providers, defaultProvider);
      },
    },
  ],
  exports: [BillingProviderRegistry, ProviderCustomers],
})
export class BillingProvidersModule {}
