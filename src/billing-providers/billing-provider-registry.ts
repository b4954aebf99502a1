import type { BillingProvider } from './billing-provider.js';
import type { ProviderName } from './domain/facts.js';

/** The configured providers, by name. */
export class BillingProviderRegistry {
  private readonly providers: ReadonlyMap<string, BillingProvider>;

  constructor(providers: readonly BillingProvider[]) {
    this.providers = new Map(providers.map((provider) => [provider.name, provider]));
  }

  /** @throws Error for a provider that is not configured: rows name only providers that once were */
  get(name: ProviderName): BillingProvider {
    const provider = this.providers.get(name);
    if (!provider) throw new Error(`billing provider ${name} is not configured`);
    return provider;
  }

  all(): readonly BillingProvider[] {
    return [...this.providers.values()];
  }
}
