import { Webhook } from 'standardwebhooks';
import { Stripe } from 'stripe';
import { callerOf } from '../../support/http.js';
import type { Fault } from '../plan/plan.types.js';
import type { World } from './world.js';

type Poison = Extract<Fault, { readonly kind: 'poison' }>;

/** Signed as the provider signs, and about nothing that can be. */
const STRIPE_BODIES = [
  (id: string, created: number) => ({
    id,
    object: 'event',
    api_version: '2026-10-28.endive',
    created,
    livemode: false,
    type: 'customer.subscription.updated',
    data: { object: { id: 'sub_poison', object: 'subscription', items: 'none', status: ['active'] } },
  }),
  (id: string, created: number) => ({
    id,
    object: 'event',
    api_version: '2026-10-28.endive',
    created,
    livemode: false,
    type: 'payment_intent.succeeded',
    data: { object: { id: 'pi_poison', object: 'payment_intent', amount: 'a lot', currency: 7 } },
  }),
];
const DODO_BODIES = [
  (timestamp: string) => ({ business_id: 'bus_1', type: 'payment.succeeded', timestamp, data: { payment_id: 5 } }),
  (timestamp: string) => ({ business_id: 'bus_1', type: 'subscription.active', timestamp, data: { customer: null } }),
];

/** @returns the event's id, once it is acknowledged */
export async function postPoison(world: World, { provider, variant }: Poison): Promise<string> {
  const now = world.now();
  const id = `evt_poison_${variant}_${now.getTime()}`;
  const seconds = Math.floor(now.getTime() / 1_000);
  const { path, body, headers } =
    provider === 'stripe' ? toStripe(world, id, variant, seconds) : toDodo(world, id, variant, now);
  for (;;) {
    const answer = await callerOf(world.urls[0])('POST', path, {
      body,
      headers: { ...headers, connection: 'close' },
    }).catch(() => undefined);
    if (answer?.status === 200) return id;
    if (answer && answer.status < 500) throw new Error(`a signed event was refused: ${answer.status}`);
    await world.recover(false);
  }
}

function toStripe(world: World, id: string, variant: number, timestamp: number) {
  const make = STRIPE_BODIES[variant % STRIPE_BODIES.length]!;
  const body = JSON.stringify(make(id, timestamp));
  const secret = world.config.stripe?.webhookSecrets[0] ?? '';
  const signature = Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp });
  return { path: '/api/v1/admin/stripe/webhook', body, headers: { 'stripe-signature': signature } };
}

function toDodo(world: World, id: string, variant: number, now: Date) {
  const make = DODO_BODIES[variant % DODO_BODIES.length]!;
  const body = JSON.stringify(make(now.toISOString()));
  const signature = new Webhook(world.config.dodo?.webhookSecrets[0] ?? '').sign(id, now, body);
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  return {
    path: '/webhooks/dodo',
    body,
    headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature },
  };
}
