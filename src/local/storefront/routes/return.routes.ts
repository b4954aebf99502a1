import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { unrecorded } from '../clients/call.js';
import type { CustomerSession } from '../clients/customer-session.js';
import type { Notice } from '../sessions.js';
import type { Shop, Visit } from '../shop.js';
import { settle } from '../settling.js';
import { HOME } from './action.js';

/** Where the payment provider's pages send the customer back to. */
export function addReturnRoutes(fastify: FastifyInstance, shop: Shop): void {
  fastify.get('/return/checkout', (request: FastifyRequest<{ Querystring: { left?: string } }>, reply) =>
    comeBack(shop, request, reply, async ({ texts }, api) => {
      if (request.query.left !== undefined) return { kind: 'information', text: texts.notices.checkoutLeft };
      const subscription = await api.readSubscription();
      return subscription.ok && subscription.body.status === 'active'
        ? { kind: 'done', text: texts.notices.subscribed(subscription.body.plan.name) }
        : { kind: 'information', text: texts.notices.checkoutOpen };
    }),
  );

  fastify.get('/return/portal', (request, reply) =>
    comeBack(shop, request, reply, async ({ texts }) => ({
      kind: 'information',
      text: texts.notices.backFromPortal,
    })),
  );
}

async function comeBack(
  shop: Shop,
  request: FastifyRequest,
  reply: FastifyReply,
  notice: (visit: Visit, api: CustomerSession) => Promise<Notice>,
): Promise<FastifyReply> {
  const visit = shop.visitOf(request, reply);
  const { session, customer, language } = visit;
  if (customer) {
    await settle(shop.uplift, shop.sandbox);
    session.notice = await notice(visit, shop.uplift.inNameOf(customer, language, unrecorded));
  }
  return reply.redirect(HOME, 303);
}
