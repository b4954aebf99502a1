import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { html, page, PAGE_HEADERS } from '../../http/html.js';
import { StateFile } from '../../state/state-file.js';
import { DodoStore } from '../objects/dodo-store.js';
import type { PortalVisit } from '../objects/records.js';
import type { Subscription } from '../objects/wire-types.js';
import { DodoPaymentMethods } from '../payments/payment-methods.js';
import { PortalActions, type PortalOutcome } from '../subscriptions/portal-actions.js';
import { PortalSubmissions } from './portal-submissions.js';
import { renderPortal } from './portal-view.js';

/** The hosted customer portal. A success redirects, so that reloading repeats nothing; a refusal shows the page with 409. */
@Controller('dodo/portal/:token')
export class DodoPortalController {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(PortalActions) private readonly actions: PortalActions,
    @Inject(PortalSubmissions) private readonly submissions: PortalSubmissions,
    @Inject(DodoPaymentMethods) private readonly methods: DodoPaymentMethods,
    @Inject(StateFile) private readonly stateFile: StateFile,
  ) {}

  @Get()
  async show(@Param('token') token: string, @Query('notice') notice: string | undefined, @Res() reply: FastifyReply) {
    const visit = this.actions.visit(token);
    return visit ? this.send(reply, 200, visit, { notice: notice ?? null }) : sendExpired(reply);
  }

  @Post('cancel')
  cancel(@Param('token') token: string, @Body() body: unknown, @Res() reply: FastifyReply) {
    return this.act(token, body, reply, (subscription) => this.actions.cancel(subscription));
  }

  @Post('keep')
  keep(@Param('token') token: string, @Body() body: unknown, @Res() reply: FastifyReply) {
    return this.act(token, body, reply, (subscription) => this.actions.keep(subscription));
  }

  @Post('undo')
  undo(@Param('token') token: string, @Body() body: unknown, @Res() reply: FastifyReply) {
    return this.act(token, body, reply, (subscription) => this.actions.undo(subscription));
  }

  @Post('card')
  async card(@Param('token') token: string, @Body() body: unknown, @Res() reply: FastifyReply) {
    const visit = this.actions.visit(token);
    if (!visit) return sendExpired(reply);
    const form = readForm(body);
    if (!this.submissions.take(form.get('submission'))) return reply.redirect(`/dodo/portal/${token}`, 303);
    return this.answer(reply, visit, this.actions.changeCard(visit.customer, readCard(form)));
  }

  private async act(
    token: string,
    body: unknown,
    reply: FastifyReply,
    action: (subscription: Subscription) => PortalOutcome,
  ) {
    const visit = this.actions.visit(token);
    if (!visit) return sendExpired(reply);
    const form = readForm(body);
    const subscription = this.actions
      .subscriptionsOf(visit.customer)
      .find(({ subscription_id: id }) => id === form.get('subscription'));
    if (!subscription) return this.send(reply, 409, visit, { error: 'There is no such subscription.' });
    if (!this.submissions.take(form.get('submission'))) return reply.redirect(`/dodo/portal/${token}`, 303);
    return this.answer(reply, visit, action(subscription));
  }

  private answer(reply: FastifyReply, visit: PortalVisit, outcome: PortalOutcome) {
    this.stateFile.markChanged();
    if (outcome.kind === 'refused') return this.send(reply, 409, visit, { error: outcome.message });
    return reply.redirect(`/dodo/portal/${visit.id}?notice=${outcome.notice}`, 303);
  }

  private send(
    reply: FastifyReply,
    status: number,
    visit: PortalVisit,
    message: { readonly notice?: string | null; readonly error?: string },
  ) {
    const content = renderPortal({
      path: `/dodo/portal/${visit.id}`,
      returnUrl: visit.returnUrl,
      customer: this.store.get('customer', visit.customer).email,
      subscriptions: this.actions.subscriptionsOf(visit.customer),
      nameOf: (id) => this.store.find('product', id)?.name ?? id,
      cards: this.methods
        .of(visit.customer)
        .flatMap(({ item: { card } }) => (card ? [`${card.card_network} ending in ${card.last4_digits}`] : [])),
      submission: this.submissions.issue(),
      notice: message.notice ?? null,
      error: message.error,
    });
    return reply.status(status).headers(PAGE_HEADERS).send(page('Your subscriptions', content));
  }
}

export const readForm = (body: unknown): URLSearchParams => new URLSearchParams(typeof body === 'string' ? body : '');

export const readCard = (form: URLSearchParams) => ({ number: form.get('card') ?? '', expiry: form.get('expiry') });

export function sendExpired(reply: FastifyReply) {
  const content = html`<h1>This link has expired</h1>
    <p>Go back to the shop and open the page again.</p>`;
  return reply.status(410).headers(PAGE_HEADERS).send(page('Expired', content));
}
