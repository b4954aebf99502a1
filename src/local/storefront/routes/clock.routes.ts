import type { FastifyInstance } from 'fastify';
import type { ClockStep } from '../clients/sandbox.js';
import { formatDateTime } from '../format.js';
import { settleAfterClock } from '../settling.js';
import type { Shop } from '../shop.js';
import { addAction, done, HOME, refusal, type Act } from './action.js';

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

const STEPS: Readonly<Record<string, ClockStep>> = {
  quarter: { seconds: HOUR_SECONDS / 4 },
  hour: { seconds: HOUR_SECONDS },
  day: { seconds: DAY_SECONDS },
  week: { seconds: 7 * DAY_SECONDS },
};

/**
 * Periods may end within a second, of which the deadline tells only the beginning. A renewal's invoice stays a draft for an
 * hour, then it is paid (docs.stripe.com/billing/subscriptions/webhooks).
 */
const AFTER_BOUNDARY_SECONDS: Readonly<Record<string, number>> = { renewal: 1, 'after-renewal': HOUR_SECONDS };

/** The time machine. */
export function addClockRoutes(fastify: FastifyInstance, shop: Shop): void {
  addAction(fastify, shop, '/clock', async (act) => {
    const step = await computeStep(act);
    if (!step) return { location: HOME };
    const clock = await shop.sandbox.advance(step, act.record);
    if (!clock.ok) return refusal(clock.problem);
    await settleAfterClock(shop.uplift, shop.sandbox);
    return done(act.texts.time.moved(formatDateTime(act.language, clock.body.now)));
  });
}

async function computeStep({ form, api }: Act): Promise<ClockStep | undefined> {
  const wanted = form.get('step') ?? '';
  const after = AFTER_BOUNDARY_SECONDS[wanted];
  if (after === undefined) return STEPS[wanted];
  const subscription = await api.readSubscription();
  if (!subscription.ok) return undefined;
  const { cancel_at: cancelAt, deadline_at: deadline } = subscription.body;
  return { to: new Date(new Date(cancelAt ?? deadline).getTime() + after * 1_000).toISOString() };
}
