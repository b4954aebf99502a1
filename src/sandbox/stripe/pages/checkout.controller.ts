import { Body, Controller, Get, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { html, page, PAGE_HEADERS, type Html } from '../../http/html.js';
import { StateFile } from '../../state/state-file.js';
import { StripeStore } from '../objects/stripe-store.js';
import { findTestCard, TEST_CARDS } from '../objects/test-cards.js';
import type { CheckoutSession } from '../objects/wire-types.js';
import { CheckoutSessions } from './checkout-sessions.js';
import { formatMoney, formatPrice } from './money.js';
import { readForm } from './portal.controller.js';

/** The hosted checkout. Paying twice is harmless: a complete session only redirects. */
@Controller('c/pay/:id')
export class CheckoutController {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(CheckoutSessions) private readonly sessions: CheckoutSessions,
    @Inject(StateFile) private readonly stateFile: StateFile,
  ) {}

  @Get()
  async show(@Param('id') id: string, @Res() reply: FastifyReply) {
    const session = this.store.find('checkout.session', id);
    if (session?.status === 'complete') return reply.redirect(successAddress(session), 303);
    if (session?.status !== 'open') return this.sendExpired(reply);
    return this.send(reply, 200, session);
  }

  @Post()
  async pay(@Param('id') id: string, @Body() body: unknown, @Res() reply: FastifyReply) {
    const session = this.store.find('checkout.session', id);
    if (!session || session.status === 'expired') return this.sendExpired(reply);
    const form = readForm(body);
    const result = this.sessions.complete(session, {
      card: findTestCard(form.get('card') ?? ''),
      email: form.get('email') || null,
      name: form.get('name') || null,
    });
    this.stateFile.markChanged();
    if (result.kind === 'done') return reply.redirect(successAddress(session), 303);
    return this.send(reply, 402, session, result.message);
  }

  private send(reply: FastifyReply, status: number, session: CheckoutSession, error?: string) {
    return reply
      .status(status)
      .headers(PAGE_HEADERS)
      .send(page('Checkout', this.render(session, error)));
  }

  private render(session: CheckoutSession, error: string | undefined): Html {
    const order = this.store.get('checkout_order', session.id);
    const customer = this.store.find('customer', session.customer);
    return html`<h1>Checkout</h1>
      ${error && html`<p class="notice bad" role="alert">${error}</p>`}
      <section>
        <ul class="plain">
          ${order.items.map(({ price: id, quantity }) => {
            const price = this.store.get('price', id);
            const name = price.nickname ?? this.store.find('product', price.product)?.name ?? id;
            return html`<li class="row"><span>${quantity} × ${name}</span><span>${formatPrice(price)}</span></li>`;
          })}
          <li class="row">
            <strong>Due now</strong>
            <strong>${formatMoney(session.amount_total ?? 0, session.currency ?? 'usd')}</strong>
          </li>
        </ul>
      </section>
      <form method="post" action="/c/pay/${session.id}">
        <label
          >Email
          <input
            type="email"
            name="email"
            autocomplete="email"
            value="${customer?.email ?? session.customer_email}"
            required
        /></label>
        <fieldset>
          <legend>Test card</legend>
          ${TEST_CARDS.map(
            ({ number, label }, index) =>
              html`<label class="choice"
                ><input type="radio" name="card" value="${number}" ${index === 0 && html`checked`} />
                <span>${number} <span class="soft">${label}</span></span></label
              >`,
          )}
        </fieldset>
        <button type="submit">${session.mode === 'subscription' ? 'Subscribe' : 'Pay'}</button>
      </form>
      ${session.cancel_url && html`<p><a href="${session.cancel_url}">Back to the shop</a></p>`}`;
  }

  private sendExpired(reply: FastifyReply) {
    const content = html`<h1>This checkout has expired</h1>
      <p>Go back to the shop and start again.</p>`;
    return reply.status(410).headers(PAGE_HEADERS).send(page('Expired', content));
  }
}

const successAddress = (session: CheckoutSession): string =>
  (session.success_url ?? '/').replaceAll('{CHECKOUT_SESSION_ID}', session.id);
