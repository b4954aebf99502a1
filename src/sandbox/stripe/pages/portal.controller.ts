import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { html, page, PAGE_HEADERS } from '../../http/html.js';
import { StateFile } from '../../state/state-file.js';
import { StripeStore } from '../objects/stripe-store.js';
import { findTestCard } from '../objects/test-cards.js';
import type { PortalSession, Price, Subscription } from '../objects/wire-types.js';
import { PortalActions, type PortalOutcome } from './portal-actions.js';
import { PortalSessions } from './portal-sessions.js';
import { renderPortal, type PortalSubscriptionView } from './portal-view.js';
import { Submissions } from './submissions.js';

type Action = (session: PortalSession, subscription: Subscription, form: URLSearchParams) => PortalOutcome;

/** The hosted billing portal. A success redirects, so that reloading repeats nothing; a refusal shows the page with 409. */
@Controller('p/session/:secret')
export class PortalController {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(PortalSessions) private readonly sessions: PortalSessions,
    @Inject(PortalActions) private readonly actions: PortalActions,
    @Inject(Submissions) private readonly submissions: Submissions,
    @Inject(StateFile) private readonly stateFile: StateFile,
  ) {}

  @Get()
  async show(@Param('secret') secret: string, @Query('notice') notice: string | undefined, @Res() reply: FastifyReply) {
    const session = this.sessions.visit(secret);
    if (!session) return this.sendExpired(reply);
    return this.send(reply, 200, secret, session, { notice: notice ?? null });
  }

  @Post('plan')
  plan(@Param('secret') secret: string, @Body() body: unknown, @Res() reply: FastifyReply) {
    return this.act(secret, body, reply, (session, subscription, form) =>
      this.actions.changePlan(session, subscription, form.get('price') ?? ''),
    );
  }

  @Post('undo')
  undo(@Param('secret') secret: string, @Body() body: unknown, @Res() reply: FastifyReply) {
    return this.act(secret, body, reply, (_session, subscription) => this.actions.undo(subscription));
  }

  @Post('cancel')
  cancel(@Param('secret') secret: string, @Body() body: unknown, @Res() reply: FastifyReply) {
    return this.act(secret, body, reply, (session, subscription) => this.actions.cancel(session, subscription));
  }

  @Post('renew')
  renew(@Param('secret') secret: string, @Body() body: unknown, @Res() reply: FastifyReply) {
    return this.act(secret, body, reply, (_session, subscription) => this.actions.renew(subscription));
  }

  @Post('card')
  async card(@Param('secret') secret: string, @Body() body: unknown, @Res() reply: FastifyReply) {
    const session = this.sessions.visit(secret);
    if (!session) return this.sendExpired(reply);
    const form = readForm(body);
    if (!this.submissions.take(form.get('submission'))) return reply.redirect(`/p/session/${secret}`, 303);
    return this.answer(reply, secret, session, this.actions.updateCard(session, findTestCard(form.get('card') ?? '')));
  }

  private async act(secret: string, body: unknown, reply: FastifyReply, action: Action) {
    const session = this.sessions.visit(secret);
    if (!session) return this.sendExpired(reply);
    const form = readForm(body);
    const subscription = this.actions.subscriptionsOf(session).find(({ id }) => id === form.get('subscription'));
    if (!subscription) return this.send(reply, 409, secret, session, { error: 'There is no such subscription.' });
    if (!this.submissions.take(form.get('submission'))) return reply.redirect(`/p/session/${secret}`, 303);
    return this.answer(reply, secret, session, action(session, subscription, form));
  }

  private answer(reply: FastifyReply, secret: string, session: PortalSession, outcome: PortalOutcome) {
    this.stateFile.markChanged();
    if (outcome.kind === 'refused') return this.send(reply, 409, secret, session, { error: outcome.message });
    const after = session.flow?.after_completion;
    const target = after?.type === 'redirect' ? after.redirect?.return_url : undefined;
    return reply.redirect(target ?? `/p/session/${secret}?notice=${outcome.notice}`, 303);
  }

  private send(
    reply: FastifyReply,
    status: number,
    secret: string,
    session: PortalSession,
    message: { readonly notice?: string | null; readonly error?: string },
  ) {
    const customer = this.store.get('customer', session.customer);
    const subscriptions = this.actions.subscriptionsOf(session);
    // A card given at checkout belongs to the subscription; one chosen here to the customer.
    const card =
      customer.invoice_settings.default_payment_method ??
      subscriptions.find((each) => each.default_payment_method !== null)?.default_payment_method ??
      null;
    const method = this.store.find('payment_method', card);
    const content = renderPortal({
      path: `/p/session/${secret}`,
      returnUrl: session.return_url,
      customer: customer.email ?? customer.id,
      nameOf: (price) => this.nameOf(price),
      subscriptions: subscriptions.map((subscription) => this.toView(session, subscription)),
      canUpdateCard: this.actions.featuresOf(session).payment_method_update.enabled,
      card: method?.card && `${method.card.brand} ending in ${method.card.last4}`,
      submission: this.submissions.issue(),
      notice: message.notice ?? null,
      error: message.error,
    });
    return reply.status(status).headers(PAGE_HEADERS).send(page('Manage your subscription', content));
  }

  private toView(session: PortalSession, subscription: Subscription): PortalSubscriptionView {
    const phase = this.actions.scheduledPhase(subscription);
    return {
      subscription,
      scheduled: phase && { price: this.store.get('price', phase.items[0]!.price), at: phase.start_date },
      choices: this.actions.pricesFor(session),
      canCancel: this.actions.featuresOf(session).subscription_cancel.enabled,
      suggestedPrice: session.flow?.subscription_update_confirm?.items[0]?.price ?? undefined,
    };
  }

  private nameOf(price: Price): string {
    return price.nickname ?? this.store.find('product', price.product)?.name ?? price.id;
  }

  private sendExpired(reply: FastifyReply) {
    const content = html`<h1>This link has expired</h1>
      <p>Go back to the shop and open the page again.</p>`;
    return reply.status(410).headers(PAGE_HEADERS).send(page('Expired', content));
  }
}

export const readForm = (body: unknown): URLSearchParams => new URLSearchParams(typeof body === 'string' ? body : '');
