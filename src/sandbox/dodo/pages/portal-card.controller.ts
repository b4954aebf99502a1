import { Body, Controller, Get, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { html, page, PAGE_HEADERS } from '../../http/html.js';
import { StateFile } from '../../state/state-file.js';
import { DodoStore } from '../objects/dodo-store.js';
import { MethodUpdates } from '../subscriptions/method-updates.js';
import { PortalActions } from '../subscriptions/portal-actions.js';
import type { MethodUpdate } from '../subscriptions/subscription-records.js';
import { returnAddressOf } from './addresses.js';
import { formatMoney } from './money.js';
import { renderCardForm } from './portal-view.js';
import { readCard, readForm, sendExpired } from './portal.controller.js';

/** The page for another card of one subscription, which the API gives as a payment's link. It can be used once. */
@Controller('dodo/portal/card/:page')
export class DodoPortalCardController {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(MethodUpdates) private readonly updates: MethodUpdates,
    @Inject(PortalActions) private readonly actions: PortalActions,
    @Inject(StateFile) private readonly stateFile: StateFile,
  ) {}

  @Get()
  async show(@Param('page') id: string, @Res() reply: FastifyReply) {
    const update = this.updates.findPage(id);
    return update ? this.send(reply, 200, update, undefined) : sendExpired(reply);
  }

  @Post()
  async submit(@Param('page') id: string, @Body() body: unknown, @Res() reply: FastifyReply) {
    const update = this.updates.findPage(id);
    if (!update) return sendExpired(reply);
    const { customer } = this.store.get('subscription', update.subscription);
    const method = this.actions.saveCard(customer.customer_id, readCard(readForm(body)));
    if (!method) return this.send(reply, 402, update, 'The card was declined.');
    const payment = this.updates.submit(update, method);
    this.stateFile.markChanged();
    if (update.returnUrl === null) return reply.status(200).headers(PAGE_HEADERS).send(page('Thank you', THANKS));
    return reply.redirect(returnAddressOf(update.returnUrl, payment), 303);
  }

  private send(reply: FastifyReply, status: number, update: MethodUpdate, error: string | undefined) {
    const { total_amount: amount, currency } = this.store.get('payment', update.payment);
    const content = html`<h1>Your card</h1>
      ${error && html`<p class="notice bad" role="alert">${error}</p>`}
      <section>
        <p>${amount > 0 ? `${formatMoney(amount, currency)} is due now.` : 'Nothing is charged now.'}</p>
        ${renderCardForm(`/dodo/portal/card/${update.id}`, amount > 0 ? 'Pay' : 'Save card', '')}
      </section>`;
    return reply.status(status).headers(PAGE_HEADERS).send(page('Your card', content));
  }
}

const THANKS = html`<h1>Thank you</h1>
  <p>You can close this page and go back to the shop.</p>`;
