import { randomBytes, randomUUID } from 'node:crypto';
import type { DeliverySettings } from './delivery/delivery.types.js';

export interface StripeSandboxOptions {
  /** `Authorization: Bearer`; anything else is Stripe's 401. */
  readonly secretKey: string;
  /** Where signed events go; undefined: events are only listed. Changeable at run time. */
  readonly webhookUrl?: string | undefined;
  /** `whsec_...` */
  readonly webhookSecret: string;
  /** False: no billing portal configuration exists at the start. Default: a default one does. */
  readonly portalConfiguration?: boolean;
  /** Days after the failed try at which a failed renewal is tried again. Default 3, 5, 7. */
  readonly retryDays?: readonly number[];
  /** What happens when the last try failed. Default: cancel. */
  readonly afterLastRetry?: 'cancel' | 'unpaid' | 'past_due';
  /**
   * When a schedule with `end_behavior: release` whose last phase was given without an end lets go of its subscription.
   * Portal schedules were seen to do it at once when that phase starts; the documents allow both. Default: at its start.
   */
  readonly openPhaseReleases?: 'at_its_start' | 'at_its_end';
}

export interface DodoSandboxOptions {
  /** `Authorization: Bearer`; anything else is Dodo's 401. */
  readonly apiKey: string;
  /** Where signed events go; undefined: nowhere. Changeable at run time. */
  readonly webhookUrl?: string | undefined;
  /** `whsec_` and base64; several with commas between while one is rotated. */
  readonly webhookSecret: string;
}

export interface SandboxOptions {
  /** 0 by default: any free port. Loopback only. */
  readonly port?: number | undefined;
  /** Absent: Stripe's side answers, and knows no key that opens it. The same for Dodo. */
  readonly stripe?: StripeSandboxOptions | undefined;
  readonly dodo?: DodoSandboxOptions | undefined;
  /** Virtual time at start; default: now. */
  readonly startAt?: Date | undefined;
  /** True: the clock stands still between advances. Default: it ticks. */
  readonly frozen?: boolean;
  /** Loaded at start if it exists, saved at stop and after changes. */
  readonly stateFile?: string | undefined;
  /** Back-off and timeout of webhook delivery, in real time. */
  readonly delivery?: Partial<DeliverySettings>;
}

/** The options with every default filled in. */
export interface ResolvedOptions {
  readonly stripe: Required<Omit<StripeSandboxOptions, 'webhookUrl'>> & { readonly webhookUrl: string | undefined };
  readonly dodo: DodoSandboxOptions;
  readonly delivery: DeliverySettings;
}

export const SANDBOX_OPTIONS = Symbol('SANDBOX_OPTIONS');

const newStandardSecret = (): string => `whsec_${randomBytes(24).toString('base64')}`;

const BACKOFF = [200, 1000, 5000, 30_000, 120_000, 600_000, 3_600_000];

export function resolveOptions(options: SandboxOptions): ResolvedOptions {
  const stripe = options.stripe ?? { secretKey: randomUUID(), webhookSecret: `whsec_${randomUUID()}` };
  const dodo = options.dodo ?? { apiKey: randomUUID(), webhookSecret: newStandardSecret() };
  return {
    stripe: {
      portalConfiguration: true,
      retryDays: [3, 5, 7],
      afterLastRetry: 'cancel',
      openPhaseReleases: 'at_its_start',
      ...stripe,
      webhookUrl: stripe.webhookUrl,
    },
    dodo,
    delivery: { backoff: BACKOFF, timeoutMilliseconds: 10_000, ...options.delivery },
  };
}
