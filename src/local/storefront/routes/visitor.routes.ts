import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RecordedCall, Recorder, Result } from '../clients/call.js';
import { findCustomer, groupOf, membersOf, type Customer } from '../customers.js';
import { homePage } from '../pages/home.page.js';
import { layout } from '../pages/layout.js';
import { signInPage } from '../pages/sign-in.page.js';
import { findProvider } from '../providers.js';
import { readPulse } from '../pulse.js';
import type { Shop } from '../shop.js';
import { loadState } from '../state.js';
import { isLanguage } from '../texts/index.js';
import { HOME } from './action.js';

/** The page itself, signing in and out, the language, and where to pay. */
export function addVisitorRoutes(fastify: FastifyInstance, shop: Shop): void {
  fastify.get(HOME, (request: FastifyRequest<{ Querystring: { provider?: string } }>, reply) =>
    showHome(shop, request, reply),
  );

  /** For the page's script. @returns 204 to whom there is nothing to show */
  fastify.get('/pulse', async (request, reply) => {
    const { customer, language } = shop.visitOf(request, reply);
    if (!customer) return reply.status(204).send();
    return reply.type('text/plain').send(await readPulse(shop, customer, language));
  });

  fastify.post('/sign-in', async (request, reply) => {
    const { session } = shop.visitOf(request, reply);
    const customer = findCustomer(fieldOf(request, 'customer') ?? '');
    if (!customer) return reply.redirect(HOME, 303);
    const calls: RecordedCall[] = [];
    const refused = await makeKnown(shop, customer, (call) => void calls.push(call));
    session.calls = calls;
    if (refused) {
      const { status, code, message } = refused.problem;
      session.notice = { kind: 'error', text: message, problem: { status, code } };
    } else session.customer = customer;
    return reply.redirect(HOME, 303);
  });

  fastify.post('/sign-out', async (request, reply) => {
    const { session } = shop.visitOf(request, reply);
    Object.assign(session, { customer: undefined, notice: undefined, quote: undefined, calls: [] });
    return reply.redirect(HOME, 303);
  });

  fastify.post('/language', async (request, reply) => {
    const { session } = shop.visitOf(request, reply);
    const language = fieldOf(request, 'language');
    if (isLanguage(language)) session.language = language;
    return reply.redirect(HOME, 303);
  });

  fastify.post('/provider', async (request, reply) => {
    const { session } = shop.visitOf(request, reply);
    session.provider = findProvider(fieldOf(request, 'provider')) ?? session.provider;
    return reply.redirect(HOME, 303);
  });
}

const fieldOf = (request: FastifyRequest, name: string): string | undefined =>
  request.body instanceof URLSearchParams ? (request.body.get(name) ?? undefined) : undefined;

async function showHome(
  shop: Shop,
  request: FastifyRequest<{ Querystring: { provider?: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply | string> {
  const visit = shop.visitOf(request, reply);
  const { session, customer, texts } = visit;
  const wanted = findProvider(request.query.provider);
  if (wanted) {
    session.provider = wanted;
    return reply.redirect(HOME, 303);
  }
  // The page that refreshes itself leaves the notice to the person.
  const notice = request.headers['x-refresh'] === undefined ? session.notice : undefined;
  if (notice) session.notice = undefined;
  if (!customer) return layout(visit, { title: texts.signIn.title, content: signInPage(visit), notice });
  return homePage(shop, visit, customer, await loadState(shop, visit, customer), notice);
}

/**
 * Tells Uplift of the customer and of the whole group: a group's members are exactly those that are named, and each of
 * them must be known. Both calls may be repeated.
 *
 * @returns the first refusal
 */
async function makeKnown(
  shop: Shop,
  customer: Customer,
  record: Recorder,
): Promise<Extract<Result<unknown>, { ok: false }> | undefined> {
  const group = groupOf(customer);
  const members = membersOf(group);
  for (const member of members) {
    const user = await shop.uplift.putUser(member, record);
    if (!user.ok) return user;
  }
  const answer = await shop.uplift.putGroup(group, members, record);
  return answer.ok ? undefined : answer;
}
