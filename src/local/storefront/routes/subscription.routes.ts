import type { FastifyInstance } from 'fastify';
import type { Subscription } from '../clients/api.types.js';
import type { Result } from '../clients/call.js';
import { formatDate } from '../format.js';
import type { Shop } from '../shop.js';
import { settle } from '../settling.js';
import { addAction, done, refusal, type Act, type Outcome } from './action.js';

/** Every button of the subscription page: one call to Uplift each. */
export function addSubscriptionRoutes(fastify: FastifyInstance, shop: Shop): void {
  addAction(fastify, shop, '/subscribe', async ({ api, form, session }) => {
    const back = `${shop.origin}/return/checkout`;
    const ways = { success: back, cancel: `${back}?left=yes` };
    const page = await api.startCheckout(form.get('plan_id') ?? '', session.provider, ways);
    return page.ok ? { location: page.body.url } : refusal(page.problem);
  });

  addAction(fastify, shop, '/portal', async ({ api }) => {
    const page = await api.openPortal(`${shop.origin}/return/portal`);
    return page.ok ? { location: page.body.url } : refusal(page.problem);
  });

  addAction(fastify, shop, '/change-plan', (act) => changePlan(shop, act));

  addAction(fastify, shop, '/usage', async ({ customer, form, texts, record }) => {
    const boards = Number(form.get('boards'));
    const answer = await shop.uplift.putUsage(customer.group, { boards }, record);
    if (!answer.ok) return refusal(answer.problem);
    shop.boards.set(customer.group, boards);
    return done(texts.usage.reported(String(boards)));
  });

  addAction(fastify, shop, '/undo', async (act) =>
    finish(shop, act, await act.api.undoChange(), () => act.texts.notices.undone),
  );

  addAction(fastify, shop, '/cancel', async (act) =>
    finish(shop, act, await act.api.cancel(), ({ cancel_at: cancelAt, deadline_at: deadline }) =>
      act.texts.notices.canceled(formatDate(act.language, cancelAt ?? deadline)),
    ),
  );

  addAction(fastify, shop, '/resume', async (act) =>
    finish(shop, act, await act.api.resume(), () => act.texts.notices.resumed),
  );
}

/**
 * Shows what became of an accepted request. The answer itself (202) may be a moment older than the change: the provider's
 * events tell of it, so the state is read once more when they are worked off.
 */
async function finish(
  shop: Shop,
  { api }: Act,
  answer: Result<Subscription>,
  text: (subscription: Subscription) => string,
): Promise<Outcome> {
  if (!answer.ok) return refusal(answer.problem);
  await settle(shop.uplift, shop.sandbox);
  const current = await api.readSubscription();
  return done(text(current.ok ? current.body : answer.body));
}

/** A pending change is replaced only by somebody who has read the API's warning about that very change. */
async function changePlan(shop: Shop, act: Act): Promise<Outcome> {
  const { api, form, texts, language } = act;
  const planId = form.get('plan_id') ?? '';
  const present = await api.readSubscription();
  if (!present.ok) return refusal(present.problem);
  const { warning, scheduled_plan: pending, can_manage: canManage } = present.body;
  if (warning && pending && canManage && pending.id !== planId && form.get('replacing') !== pending.id) {
    return { location: `/change-plan?${new URLSearchParams({ plan: planId })}` };
  }
  const answer = await api.changePlan(planId);
  return finish(shop, act, answer, ({ scheduled_plan: next, scheduled_plan_change_at: at }) => {
    if (!next || !at) return texts.subscription.requestOpen;
    if (pending?.id === next.id) return texts.notices.unchangedSchedule(next.name);
    return texts.notices.scheduled(formatDate(language, at), next.name);
  });
}
