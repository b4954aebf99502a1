import type { FastifyInstance } from 'fastify';
import type { Problem, RecordedCall, Recorder } from '../clients/call.js';
import type { CustomerSession } from '../clients/customer-session.js';
import type { Customer } from '../customers.js';
import { runOnce, type Notice } from '../sessions.js';
import type { Shop, Visit } from '../shop.js';

/** What an action is given. */
export interface Act extends Visit {
  readonly customer: Customer;
  readonly form: URLSearchParams;
  readonly api: CustomerSession;
  readonly record: Recorder;
}

/** Where the browser goes next, and what it reads there. */
export interface Outcome {
  readonly location: string;
  readonly notice?: Notice;
}

export const HOME = '/';

/** A button of a signed-in customer: runs once, shows its calls, and ends in a page that can be reloaded. */
export function addAction(
  fastify: FastifyInstance,
  shop: Shop,
  path: string,
  action: (act: Act) => Promise<Outcome>,
): void {
  fastify.post(path, async (request, reply) => {
    const visit = shop.visitOf(request, reply);
    const { session, customer, texts } = visit;
    if (!customer) return reply.redirect(HOME, 303);
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    const location = runOnce(session, `${path}?${form}`, Number(form.get('sequence')), () =>
      act(shop, { ...visit, customer }, form, action),
    );
    if (!location) session.notice = { kind: 'information', text: texts.notices.outdated };
    return reply.redirect((await location) ?? HOME, 303);
  });
}

async function act(
  shop: Shop,
  visit: Visit & { readonly customer: Customer },
  form: URLSearchParams,
  action: (act: Act) => Promise<Outcome>,
): Promise<string> {
  const { session, customer, language } = visit;
  const calls: RecordedCall[] = [];
  session.calls = calls;
  const record: Recorder = (call) => void calls.push(call);
  const api = shop.uplift.inNameOf(customer, language, record);
  const { location, notice } = await action({ ...visit, form, api, record });
  session.notice = notice;
  return location;
}

/** Uplift's own words: its message is in the customer's language already. */
export const refusal = ({ status, code, message }: Problem): Outcome => ({
  location: HOME,
  notice: { kind: 'error', text: message, problem: { status, code } },
});

export const done = (text: string): Outcome => ({ location: HOME, notice: { kind: 'done', text } });
