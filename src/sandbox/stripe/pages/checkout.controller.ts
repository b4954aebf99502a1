import { Body, Controller, Get, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { html, page, PAGE_HEADERS, type Html } from '../../http/html.js';
import { StateFile } from '../../state/state-file.js';
import { StripeStore } from '../objects/stripe-store.js';
import { TEST_CARDS } from '../objects/test-cards.js';
import type { CheckoutSession } from '../objects/wire-types.js';
import { CheckoutSessions } from './checkout-sessions.js';
import { successAddressOf } from './addresses.js';
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
    if (session?.status === 'complete') return reply.redirect(this.nextAddress(session), 303);
    if (session?.status !== 'open') return this.sendExpired(reply);
    return this.send(reply, 200, session, this.store.get('checkout_order', id).refusal);
  }

  @Post()
  async pay(@Param('id') id: string, @Body() body: unknown, @Res() reply: FastifyReply) {
    const session = this.store.find('checkout.session', id);
    if (!session || session.status === 'expired') return this.sendExpired(reply);
    const form = readForm(body);
    const result = this.sessions.complete(session, {
      method: form.get('method') === 'pix' || form.get('card') === 'pix' ? 'pix' : 'card',
      card: form.get('card') || null,
      email: form.get('email') || null,
      name: form.get('name') || null,
      taxId: form.get('tax_id')?.replaceAll(/\D/g, '') || null,
    });
    this.stateFile.markChanged();
    if (result.kind === 'done') return reply.redirect(this.nextAddress(session), 303);
    if (result.kind === 'authenticate') return reply.redirect(`/3ds/${result.id}`, 303);
    return this.send(reply, 402, session, result.message);
  }

  /** A Pix that waits for its money is shown before the shop is. */
  private nextAddress(session: CheckoutSession): string {
    const intent = this.store.find('payment_intent', session.payment_intent);
    return intent?.next_action?.type === 'pix_display_qr_code' ? `/pix/${intent.id}` : successAddressOf(session);
  }

  private send(reply: FastifyReply, status: number, session: CheckoutSession, error: string | null) {
    return reply
      .status(status)
      .headers(PAGE_HEADERS)
      .send(page('Checkout', this.render(session, error)));
  }

  private render(session: CheckoutSession, error: string | null): Html {
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
        <label>Name <input type="text" name="name" autocomplete="name" value="${customer?.name}" /></label>
        ${this.renderMethods(session)}
        <button type="submit">${session.mode === 'subscription' ? 'Subscribe' : 'Pay'}</button>
      </form>
      ${session.cancel_url && html`<p><a href="${session.cancel_url}">Back to the shop</a></p>`}`;
  }

  private renderMethods(session: CheckoutSession): Html {
    const types = session.payment_method_types;
    const hasCards = types.includes('card');
    return html`<fieldset>
        <legend>${types.includes('pix') ? 'Pay with' : 'Test card'}</legend>
        ${types.includes('pix') && choice('pix', 'a code that your banking app reads', !hasCards)}
        ${hasCards && TEST_CARDS.map(({ number, label }, index) => choice(number, label, index === 0))}
      </fieldset>
      ${
        types.includes('pix') &&
        html`<label
          >CPF or CNPJ, for Pix <input type="text" name="tax_id" inputmode="numeric" autocomplete="off"
        /></label>`
      }`;
  }

  private sendExpired(reply: FastifyReply) {
    const content = html`<h1>This checkout has expired</h1>
      <p>Go back to the shop and start again.</p>`;
    return reply.status(410).headers(PAGE_HEADERS).send(page('Expired', content));
  }
}

const choice = (value: string, label: string, isFirst: boolean): Html =>
  html`<label class="choice"
    ><input type="radio" name="card" value="${value}" ${isFirst && html`checked`} />
    <span>${value === 'pix' ? 'Pix' : value} <span class="soft">${label}</span></span></label
  >`;
