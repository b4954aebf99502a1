import { Inject, Injectable } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { SANDBOX_OPTIONS, type ResolvedOptions } from '../../options.js';
import { PublicAddress } from '../../public-address.js';
import { EventLog } from '../objects/event-log.js';
import { newId } from '../objects/identifiers.js';
import { DEFAULT_FEATURES, toConfiguration, toPortalSession } from '../objects/portal-objects.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { PortalConfiguration, PortalSession } from '../objects/wire-types.js';
import { invalidRequest } from '../wire/stripe-error.js';
import type { PortalVisit } from './page.types.js';

const UNUSED_SECONDS = 5 * 60;
const ACTIVE_SECONDS = 60 * 60;

export interface PortalSessionRequest {
  readonly customer: string;
  readonly configuration: string | undefined;
  readonly returnUrl: string | undefined;
  readonly locale: string | undefined;
  readonly flow: PortalSession['flow'];
}

/** Portal sessions and the configuration that they follow. The address of a session is a short-lived bearer secret. */
@Injectable()
export class PortalSessions {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(PublicAddress) private readonly address: PublicAddress,
    @Inject(SANDBOX_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  createDefaultConfiguration(): void {
    if (!this.options.stripe.portalConfiguration || this.store.all('billing_portal.configuration').length > 0) return;
    this.store.insert(
      'billing_portal.configuration',
      toConfiguration({
        id: newId('portal_configuration'),
        now: this.clock.seconds(),
        features: structuredClone(DEFAULT_FEATURES),
        isDefault: true,
        returnUrl: null,
        headline: null,
        metadata: {},
        name: null,
      }),
    );
  }

  create(request: PortalSessionRequest): PortalSession {
    const configuration = this.configurationFor(request.configuration);
    const returnUrl = request.returnUrl ?? configuration.default_return_url;
    const secret = newId('portal_secret');
    const now = this.clock.seconds();
    const session = toPortalSession({
      ...request,
      id: newId('portal_session'),
      now,
      configuration: configuration.id,
      returnUrl,
      url: `${this.address.url}/p/session/${secret}`,
      locale: request.locale ?? null,
    });
    this.store.insert('billing_portal.session', session);
    this.store.insert('portal_visit', { id: secret, session: session.id, expiresAt: now + UNUSED_SECONDS });
    this.events.emit('billing_portal.session.created', session);
    return session;
  }

  /** The session behind an address, and another hour for it; nothing when it never existed or has expired. */
  visit(secret: string): PortalSession | undefined {
    const visit: PortalVisit | undefined = this.store.find('portal_visit', secret);
    if (!visit || visit.expiresAt <= this.clock.seconds()) return undefined;
    visit.expiresAt = this.clock.seconds() + ACTIVE_SECONDS;
    return this.store.get('billing_portal.session', visit.session);
  }

  private configurationFor(id: string | undefined): PortalConfiguration {
    if (id !== undefined) {
      const configuration = this.store.get('billing_portal.configuration', id, 'configuration');
      if (!configuration.active) throw invalidRequest('The configuration is not active.', 'configuration');
      return configuration;
    }
    const usual = this.store.all('billing_portal.configuration').find(({ is_default: isDefault }) => isDefault);
    if (!usual)
      throw invalidRequest(
        'No configuration provided and your test mode default configuration has not been created. Provide a configuration or create your default by saving your customer portal settings in test mode at https://dashboard.stripe.com/test/settings/billing/portal.',
      );
    return usual;
  }
}
