import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RecordedCall } from './clients/call.js';
import { DodoClient } from './clients/dodo.js';
import type { ProviderClient } from './clients/provider.js';
import { Sandbox } from './clients/sandbox.js';
import { StripeClient } from './clients/stripe.js';
import { Uplift } from './clients/uplift.js';
import type { Customer } from './customers.js';
import type { StorefrontOptions } from './options.js';
import type { ProviderId } from './providers.js';
import { Sessions, type Session } from './sessions.js';
import { languageOf, TEXTS, type Language, type Texts } from './texts/index.js';

const COOKIE = 'orchard_session';

/** Who looks at the page, and in which language. */
export interface Visit {
  readonly session: Session;
  readonly customer: Customer | undefined;
  readonly language: Language;
  readonly texts: Texts;
}

/** What the routes share. */
export class Shop {
  readonly uplift: Uplift;
  readonly sandbox: Sandbox;
  readonly providers: Readonly<Record<ProviderId, ProviderClient>>;
  readonly sessions = new Sessions();
  /** Boards that a group uses, as last reported. What else the shop would count is of no use here. */
  readonly boards = new Map<string, number>();
  /** Where customers are sent back to; known once the shop listens. */
  origin = '';

  constructor(options: StorefrontOptions) {
    this.uplift = new Uplift(options);
    this.sandbox = new Sandbox(options.sandboxUrl);
    this.providers = {
      stripe: new StripeClient(options.sandboxUrl, options.stripeSecretKey),
      dodo: new DodoClient(`${options.sandboxUrl}/dodo`, options.dodoApiKey),
    };
  }

  /** The visit that a request belongs to; a new one where its cookie names none. */
  visitOf(request: FastifyRequest, reply: FastifyReply): Visit {
    const known = this.sessions.find(readCookie(request.headers.cookie));
    const session = known ?? this.sessions.create();
    if (!known) reply.header('set-cookie', `${COOKIE}=${session.id}; Path=/; HttpOnly; SameSite=Lax`);
    const { customer } = session;
    const language = session.language ?? customer?.language ?? languageOf(request.headers['accept-language']);
    return { session, customer, language, texts: TEXTS[language] };
  }

  /** A list of calls, and the function that fills it. */
  record(): { readonly calls: RecordedCall[]; readonly record: (call: RecordedCall) => void } {
    const calls: RecordedCall[] = [];
    return { calls, record: (call) => void calls.push(call) };
  }
}

const readCookie = (header: string | undefined): string | undefined =>
  (header ?? '')
    .split(';')
    .map((pair) => pair.trim().split('='))
    .find(([name]) => name === COOKIE)?.[1];
