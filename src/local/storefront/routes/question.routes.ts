import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { unrecorded } from '../clients/call.js';
import type { CustomerSession } from '../clients/customer-session.js';
import type { Html } from '../html.js';
import { cancelConfirmation, replaceConfirmation } from '../pages/confirmation.page.js';
import { layout } from '../pages/layout.js';
import type { Shop, Visit } from '../shop.js';
import { HOME } from './action.js';

/** The questions before what cannot simply be taken back. They change nothing. */
export function addQuestionRoutes(fastify: FastifyInstance, shop: Shop): void {
  fastify.get('/change-plan', (request: FastifyRequest<{ Querystring: { plan?: string } }>, reply) =>
    ask(shop, request, reply, async (visit, api) => {
      const [subscription, plans] = await Promise.all([api.readSubscription(), api.listPlans()]);
      if (!subscription.ok || !plans.ok || !subscription.body.warning) return undefined;
      const plan = plans.body.plans.find(({ id }) => id === request.query.plan);
      return plan && replaceConfirmation(visit, subscription.body, plan);
    }),
  );

  fastify.get('/cancel', (request, reply) =>
    ask(shop, request, reply, async (visit, api) => {
      const subscription = await api.readSubscription();
      return subscription.ok && !subscription.body.cancel_at ? cancelConfirmation(visit, subscription.body) : undefined;
    }),
  );
}

/** Shows the question; home where there is nothing to ask any more. */
async function ask(
  shop: Shop,
  request: FastifyRequest,
  reply: FastifyReply,
  question: (visit: Visit, api: CustomerSession) => Promise<Html | undefined>,
): Promise<FastifyReply> {
  const visit = shop.visitOf(request, reply);
  if (!visit.customer) return reply.redirect(HOME, 303);
  const api = shop.uplift.inNameOf(visit.customer, visit.language, unrecorded);
  const content = await question(visit, api);
  if (!content) return reply.redirect(HOME, 303);
  return reply.send(layout(visit, { title: visit.texts.subscription.title(''), content }));
}
