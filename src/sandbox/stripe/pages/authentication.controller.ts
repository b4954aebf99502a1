import { Body, Controller, Get, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { html, page, PAGE_HEADERS, type Html } from '../../http/html.js';
import { StateFile } from '../../state/state-file.js';
import { IntentConfirmations } from '../billing/intent-confirmations.js';
import { Setups } from '../billing/setups.js';
import { StripeStore } from '../objects/stripe-store.js';
import { returnAddressOf, successAddressOf } from './addresses.js';
import { CheckoutSessions } from './checkout-sessions.js';
import { formatMoney } from './money.js';
import type { Authentication } from './page.types.js';
import { readForm } from './portal.controller.js';

/** The bank's page (3-D Secure). Its second press leads on as the first one did and moves nothing. */
@Controller('3ds/:id')
export class AuthenticationController {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(IntentConfirmations) private readonly confirmations: IntentConfirmations,
    @Inject(Setups) private readonly setups: Setups,
    @Inject(CheckoutSessions) private readonly sessions: CheckoutSessions,
    @Inject(StateFile) private readonly stateFile: StateFile,
  ) {}

  @Get()
  async show(@Param('id') id: string, @Res() reply: FastifyReply) {
    const authentication = this.store.find('authentication', id);
    if (!authentication) return this.send(reply, 410, 'Expired', EXPIRED);
    const amount = this.waitingAmountOf(authentication);
    if (amount === undefined) return this.leave(reply, authentication);
    return this.send(reply, 200, 'Your bank', renderQuestion(id, amount));
  }

  @Post()
  async answer(@Param('id') id: string, @Body() body: unknown, @Res() reply: FastifyReply) {
    const authentication = this.store.find('authentication', id);
    if (!authentication) return this.send(reply, 410, 'Expired', EXPIRED);
    const isAuthenticated = readForm(body).get('outcome') === 'authenticate';
    if (authentication.kind === 'setup') this.setups.finishAuthentication(id, isAuthenticated);
    else if (authentication.kind === 'payment')
      this.confirmations.finishAuthentication(this.store.get('payment_intent', id), isAuthenticated);
    else
      this.sessions.finishAuthentication(
        this.store.get('checkout.session', authentication.session),
        authentication.form,
        isAuthenticated,
      );
    this.stateFile.markChanged();
    return this.leave(reply, authentication);
  }

  /** Undefined: there is nothing left to ask. */
  private waitingAmountOf(authentication: Authentication): string | undefined {
    if (authentication.kind === 'setup')
      return this.store.get('setup_intent', authentication.id).status === 'requires_action' ? 'nothing now' : undefined;
    if (authentication.kind === 'checkout') {
      const session = this.store.get('checkout.session', authentication.session);
      return session.status === 'open' ? formatMoney(session.amount_total ?? 0, session.currency ?? 'usd') : undefined;
    }
    const intent = this.store.get('payment_intent', authentication.id);
    return intent.status === 'requires_action' ? formatMoney(intent.amount, intent.currency) : undefined;
  }

  private leave(reply: FastifyReply, authentication: Authentication) {
    if (authentication.kind === 'checkout') {
      const session = this.store.get('checkout.session', authentication.session);
      const isDone = session.status === 'complete';
      return reply.redirect(isDone ? successAddressOf(session) : `/c/pay/${session.id}`, 303);
    }
    const { returnUrl } = authentication;
    if (returnUrl === null) return this.send(reply, 200, 'Your bank', CLOSE);
    const intent = this.store.get(
      authentication.kind === 'setup' ? 'setup_intent' : 'payment_intent',
      authentication.id,
    );
    return reply.redirect(returnAddressOf(returnUrl, intent), 303);
  }

  private send(reply: FastifyReply, status: number, title: string, content: Html) {
    return reply.status(status).headers(PAGE_HEADERS).send(page(title, content));
  }
}

const EXPIRED = html`<h1>This page has expired</h1>
  <p>Go back to the shop and start again.</p>`;
const CLOSE = html`<h1>Thank you</h1>
  <p>You can close this page and go back to the shop.</p>`;

const renderQuestion = (id: string, amount: string): Html =>
  html`<h1>Is it you?</h1>
    <section>
      <p>Your bank wants to know whether you are paying <strong>${amount}</strong> with your card (3-D Secure).</p>
      <form method="post" action="/3ds/${id}" class="actions">
        <button type="submit" name="outcome" value="authenticate">Yes, it is me</button>
        <button type="submit" name="outcome" value="fail" class="quiet">No, refuse</button>
      </form>
    </section>`;
