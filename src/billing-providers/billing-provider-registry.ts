import { ApplicationError } from '../common/errors/index.js';
import type { BillingProvider } from './billing-provider.js';
import type { ProviderName } from './domain/facts.js';

/** The configured providers, by name. */
export class BillingProviderRegistry {
  private readonly providers: ReadonlyMap<string, BillingProvider>;

  /** @param defaultName where something new starts that names no provider */
  constructor(
    providers: readonly BillingProvider[],
    private readonly defaultName: ProviderName,
  ) {
    this.providers = new Map(providers.map((provider) => [provider.name, provider]));
  }

  /** @throws ApplicationError provider_not_configured: rows may name one whose key was taken away since */
  get(name: ProviderName): BillingProvider {
    const provider = this.providers.get(name);
    if (!provider) throw new ApplicationError('provider_not_configured', { detail: `${name} is not configured here.` });
    return provider;
  }

  /** @returns undefined when it is not configured */
  find(name: ProviderName): BillingProvider | undefined {
    return this.providers.get(name);
  }

  /** The default first. */
  all(): readonly BillingProvider[] {
    const isDefault = ({ name }: BillingProvider): number => (name === this.defaultName ? 0 : 1);
    return [...this.providers.values()].toSorted((left, right) => isDefault(left) - isDefault(right));
  }
}
