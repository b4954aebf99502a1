import type { FastifyInstance } from 'fastify';
import { PRORATION_MODES, type PlanQuote, type ProrationMode } from '../clients/api.types.js';
import type { Problem } from '../clients/call.js';
import { layout } from '../pages/layout.js';
import { planChangePage } from '../pages/plan-change.page.js';
import { computeQuoteSummary } from '../pages/quote-summary.js';
import type { Shop } from '../shop.js';
import { settle } from '../settling.js';
import { addAction, done, HOME, refusal, type Act, type Outcome } from './action.js';

const PAGE = '/change-now';
const APPLIED = 200;

/** A change of plan that happens at once: what it costs is asked first, shown, and then agreed to. */
export function addPlanChangeRoutes(fastify: FastifyInstance, shop: Shop): void {
  addAction(fastify, shop, PAGE, preview);
  addAction(fastify, shop, `${PAGE}/confirm`, (act) => confirm(shop, act));

  fastify.get(PAGE, async (request, reply) => {
    const visit = shop.visitOf(request, reply);
    const { session, customer, texts } = visit;
    if (!customer || !session.quote) return reply.redirect(HOME, 303);
    const { notice } = session;
    session.notice = undefined;
    const content = planChangePage(visit, session.quote);
    return reply.send(layout(visit, { title: texts.planChange.title(session.quote.plan.name), content, notice }));
  });
}

async function preview({ api, form, session }: Act): Promise<Outcome> {
  const quote = await api.previewChange(form.get('plan_id') ?? '', modeOf(form.get('mode')));
  if (!quote.ok) return refusal(quote.problem);
  session.quote = quote.body;
  return { location: PAGE };
}

const modeOf = (value: string | null): ProrationMode =>
  PRORATION_MODES.find((mode) => mode === value) ?? 'difference_immediately';

async function confirm(shop: Shop, act: Act): Promise<Outcome> {
  const { api, form, session, texts } = act;
  const { quote } = session;
  // Only what this page has shown is agreed to.
  if (!quote || form.get('quote_id') !== quote.quote_id) return { location: HOME };
  const answer = await api.executeChange(quote.quote_id);
  if (!answer.ok) return refused(act, quote, answer.problem);
  session.quote = undefined;
  await settle(shop.uplift, shop.sandbox);
  if (answer.status === APPLIED) return done(computeQuoteSummary(act, quote));
  return { location: HOME, notice: { kind: 'information', text: texts.planChange.underWay(quote.plan.name) } };
}

/** A new price is shown before anybody is asked again; whose card was declined is led to their cards. */
async function refused(act: Act, quote: PlanQuote, problem: Problem): Promise<Outcome> {
  const { api, session, texts } = act;
  const notice = { kind: 'error', text: problem.message, problem } as const;
  switch (problem.code) {
    case 'plan_quote_changed':
      session.quote = problem.details['quote'] as PlanQuote;
      return { location: PAGE, notice: { kind: 'information', text: texts.planChange.quotedAnew } };
    case 'plan_quote_expired': {
      const fresh = await api.previewChange(quote.plan.id, quote.mode);
      if (!fresh.ok) return refusal(fresh.problem);
      session.quote = fresh.body;
      return { location: PAGE, notice: { kind: 'information', text: texts.planChange.quotedAnew } };
    }
    case 'payment_declined':
      return { location: '/payment-methods', notice };
    default:
      return { location: HOME, notice };
  }
}
