import type { FastifyInstance } from 'fastify';
import type { RecordedCall } from '../clients/call.js';
import { layout } from '../pages/layout.js';
import { paymentMethodsPage } from '../pages/payment-methods.page.js';
import { findProvider } from '../providers.js';
import type { Shop } from '../shop.js';
import { addAction, HOME, refusal } from './action.js';

const PAGE = '/payment-methods';

/** Saved cards: which of them can be charged by one click, why not, and the provider's page for another one. */
export function addPaymentMethodRoutes(fastify: FastifyInstance, shop: Shop): void {
  fastify.get(PAGE, async (request, reply) => {
    const visit = shop.visitOf(request, reply);
    const { session, customer, language, texts } = visit;
    if (!customer) return reply.redirect(HOME, 303);
    const calls: RecordedCall[] = [];
    const methods = await shop.uplift
      .inNameOf(customer, language, (call) => void calls.push(call))
      .listPaymentMethods();
    session.calls = calls;
    const { notice } = session;
    session.notice = undefined;
    const problem = methods.ok ? undefined : { kind: 'error' as const, text: methods.problem.message };
    const content = paymentMethodsPage(visit, methods.ok ? methods.body.providers : []);
    return reply.send(layout(visit, { title: texts.methods.title, content, notice: notice ?? problem }));
  });

  addAction(fastify, shop, `${PAGE}/update`, async ({ api, form, session }) => {
    const provider = findProvider(form.get('provider')) ?? session.provider;
    const page = await api.openMethodsPage(provider, `${shop.origin}${PAGE}`);
    return page.ok ? { location: page.body.url } : refusal(page.problem);
  });
}
