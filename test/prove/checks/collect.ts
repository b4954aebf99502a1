import { dodoClient } from '../../support/dodo-client.js';
import { stripeClient } from '../../support/stripe-client.js';
import type { Customer } from '../people/customer.js';
import type { Shop } from '../people/shop.js';
import type { World } from '../world/world.js';
import type { AttemptRow, EventRow, Evidence, ItemRow, MoneyMoved, SubscriptionState } from './evidence.types.js';
import { readDodo, readStripe, toPending, toSecond, toState } from './provider-truth.js';

const ATTEMPTS = `
  SELECT a.uuid, a.intent_key AS intent, a.status, a.command->>'kind' AS kind, a.provider_payment_id AS payment,
         u.external_id AS customer, a.sent_at AS "sentAt", a.amount::int AS amount
    FROM charge_attempts a JOIN users u ON u.id = a.user_id ORDER BY a.id`;
const EVENTS = `
  SELECT provider, provider_event_id AS id, event_type AS type, status, outcome, error FROM webhook_events ORDER BY id`;
const ITEMS = `
  SELECT i.uuid, u.external_id AS customer, o.code AS offer, i.status, i.amount::int, i.refunded_amount::int AS refunded,
         s.payment_provider AS provider, i.provider_payment_id AS payment, i.plan_quote_id IS NOT NULL AS "isPlan",
         e.status AS entitlement,
         EXISTS (SELECT FROM jsonb_each_text(i.disputes) d WHERE d.value <> 'won') AS "isDisputed"
    FROM sale_items i JOIN sales s ON s.id = i.sale_id JOIN users u ON u.id = s.user_id JOIN offers o ON o.id = i.offer_id
    LEFT JOIN entitlements e ON e.source = i.uuid::text ORDER BY i.id`;
const SUBSCRIPTIONS = `
  SELECT s.payment_provider_subscription_id AS id, u.external_id AS customer, s.status, p.code AS plan,
         s.deadline_at AS deadline, n.code AS next, s.scheduled_plan_change_at AS at
    FROM subscriptions s JOIN users u ON u.id = s.user_id JOIN package_plans p ON p.id = s.package_plan_id
    LEFT JOIN package_plans n ON n.id = s.scheduled_plan_id ORDER BY s.id`;
const OPEN_ATTEMPTS = `
  SELECT a.uuid, a.intent_key AS intent, a.status, u.external_id AS customer
    FROM charge_attempts a JOIN users u ON u.id = a.user_id WHERE a.status IN ('claimed', 'sent', 'unknown') ORDER BY a.id`;
/** A session that waits for a page that the customer has open is not stuck. */
const CHARGING_SESSIONS = `
  SELECT s.uuid FROM upsell_sessions s LEFT JOIN charge_attempts a ON a.id = s.charge_attempt_id
   WHERE s.status = 'charging' AND a.status IS DISTINCT FROM 'requires_action' AND a.status IS DISTINCT FROM 'pending'`;

/** What is in doubt at this moment. */
export async function collectDoubts(world: World): Promise<Pick<Evidence, 'openAttempts' | 'chargingSessions'>> {
  const sessions = await world.query<{ uuid: string }>(CHARGING_SESSIONS);
  return { openAttempts: await world.query(OPEN_ATTEMPTS), chargingSessions: sessions.map(({ uuid }) => uuid) };
}

type Collected = Pick<
  Evidence,
  'moved' | 'attempts' | 'promises' | 'events' | 'acknowledged' | 'shownFailed' | 'ours' | 'theirs' | 'items'
>;

/** Reads both sides: our rows, and what the providers have. */
export async function collect(world: World, shop: Shop, customers: readonly Customer[]): Promise<Collected> {
  const rows = await world.query<SubscriptionState & { deadline: Date; next: string | null; at: Date | null }>(
    SUBSCRIPTIONS,
  );
  const delivered = await world.sandbox.deliveries('delivered');
  return {
    moved: await collectMoney(world),
    attempts: await world.query<AttemptRow>(ATTEMPTS),
    promises: await collectPromises(world, customers),
    events: await world.query<EventRow>(EVENTS),
    acknowledged: delivered.map(({ event }) => event),
    shownFailed: await collectFailed(shop),
    ours: rows.map(({ id, customer, status, plan, deadline, next, at }) =>
      toState({ id, customer, status, plan, deadline: toSecond(deadline), pending: toPending(next, at) }),
    ),
    theirs: await collectTruth(world, shop, customers),
    items: await world.query<ItemRow>(ITEMS),
  };
}

const clientsOf = ({ sandbox, config }: World) => ({
  stripe: stripeClient(sandbox.url, config.stripe?.secretKey ?? ''),
  dodo: dodoClient(sandbox, config.dodo?.apiKey ?? ''),
});

async function collectMoney(world: World): Promise<MoneyMoved[]> {
  const { stripe, dodo } = clientsOf(world);
  const labels = new Map<string, string | undefined>();
  for await (const { id, metadata } of stripe.paymentIntents.list({ limit: 100 })) {
    labels.set(id, metadata.uplift_attempt);
  }
  const billed = new Map<string, string>();
  for await (const { payment_id, subscription_id } of dodo.payments.list({ page_size: 100 })) {
    if (subscription_id) billed.set(payment_id, subscription_id);
  }
  return (await world.sandbox.ledger()).map((movement) => {
    const { payment_intent: payment, attempt, idempotency_key: key } = movement;
    const named = attempt ?? (payment === null ? undefined : labels.get(payment)) ?? key?.split(':')[0] ?? null;
    const invoice = movement.invoice ?? (payment === null ? undefined : billed.get(payment)) ?? null;
    return { ...movement, payment, invoice, attempt: named };
  });
}

/** A step's intent is named by its session, and a moment's by what was sold, which customers do not know. */
async function collectPromises(world: World, customers: readonly Customer[]): Promise<Evidence['promises']> {
  const sessions = await world.query<{ sale: string; session: string }>(
    'SELECT s.uuid AS sale, n.uuid AS session FROM upsell_sessions n JOIN sales s ON s.id = n.sale_id',
  );
  const moments = await world.query<{ moment: string; intent: string }>(
    'SELECT c.uuid AS moment, a.intent_key AS intent FROM cross_sells c JOIN charge_attempts a ON a.id = c.charge_attempt_id',
  );
  return customers
    .flatMap(({ promises }) => promises)
    .map((promised) => {
      const [sale, step] = promised.intent.split('/');
      if (sale === 'moment') {
        const intent = moments.find(({ moment }) => moment === step)?.intent ?? `upsell:${step}:`;
        return { ...promised, intent };
      }
      const session = sessions.find((row) => row.sale === sale)?.session;
      return step === undefined ? promised : { ...promised, intent: `upsell:${session}:${step}` };
    });
}

async function collectFailed(shop: Shop): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: { items: { provider_event_id: string }[]; next_cursor: string | null } = await shop.admin(
      'GET',
      `webhook-events?status=failed&limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    ids.push(...page.items.map(({ provider_event_id }) => provider_event_id));
    cursor = page.next_cursor;
  }
  return ids;
}

async function collectTruth(world: World, shop: Shop, customers: readonly Customer[]): Promise<SubscriptionState[]> {
  const { stripe, dodo } = clientsOf(world);
  const states: SubscriptionState[] = [];
  for (const { provider, customerId, id } of customers) {
    const prices = Object.entries(shop.prices[provider]);
    const planOf = (price: string): string => prices.find(([, each]) => each === price)?.[0] ?? price;
    const read = provider === 'stripe' ? readStripe(stripe, customerId, planOf) : readDodo(dodo, customerId, planOf);
    states.push(...(await read).map((state) => ({ ...state, customer: id })));
  }
  return states;
}
