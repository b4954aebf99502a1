import { Body, Controller, Get, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { html, page, PAGE_HEADERS, type Html } from '../../http/html.js';
import { StateFile } from '../../state/state-file.js';
import { DodoStore } from '../objects/dodo-store.js';
import { PaymentTaking } from '../objects/payment-taking.js';
import type { Checkout, CheckoutAuthentication } from '../objects/records.js';
import type { Payment } from '../objects/wire-types.js';
import { Carts } from '../payments/carts.js';
import { Checkouts } from '../payments/checkouts.js';
import { returnAddressOf } from './addresses.js';
import { formatMoney } from './money.js';

/** Who is asked: somebody who pays at the checkout, or the owner of a saved card that was charged without them. */
type Question =
  | { readonly kind: 'checkout'; readonly authentication: CheckoutAuthentication; readonly checkout: Checkout }
  | { readonly kind: 'payment'; readonly payment: Payment };

/** The bank's page (3-D Secure). Its second press leads on as the first one did and moves nothing. */
@Controller('dodo/3ds/:id')
export class DodoAuthenticationController {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(PaymentTaking) private readonly payments: PaymentTaking,
    @Inject(Checkouts) private readonly checkouts: Checkouts,
    @Inject(Carts) private readonly carts: Carts,
    @Inject(StateFile) private readonly stateFile: StateFile,
  ) {}

  @Get()
  async show(@Param('id') id: string, @Res() reply: FastifyReply) {
    const question = this.find(id);
    if (!question) return this.send(reply, 410, 'Expired', EXPIRED);
    const amount = this.waitingAmountOf(question);
    if (amount === undefined) return this.leave(reply, question);
    return this.send(reply, 200, 'Your bank', renderQuestion(id, amount));
  }

  @Post()
  async answer(@Param('id') id: string, @Body() body: unknown, @Res() reply: FastifyReply) {
    const question = this.find(id);
    if (!question) return this.send(reply, 410, 'Expired', EXPIRED);
    const form = new URLSearchParams(typeof body === 'string' ? body : '');
    const isAuthenticated = form.get('outcome') === 'authenticate';
    if (question.kind === 'payment') this.payments.finishAuthentication(question.payment, isAuthenticated);
    else this.checkouts.finishAuthentication(question.checkout, question.authentication.form, isAuthenticated);
    this.stateFile.markChanged();
    return this.leave(reply, question);
  }

  private find(id: string): Question | undefined {
    const authentication = this.store.find('authentication', id);
    if (authentication)
      return { kind: 'checkout', authentication, checkout: this.store.get('checkout', authentication.checkout) };
    const payment = this.store.find('payment', id);
    // Only a payment that was given a link has a page.
    return payment?.payment_link ? { kind: 'payment', payment } : undefined;
  }

  /** Undefined: there is nothing left to ask. */
  private waitingAmountOf(question: Question): string | undefined {
    if (question.kind === 'payment') {
      const { status, total_amount: amount, currency } = question.payment;
      return status === 'requires_customer_action' ? formatMoney(amount, currency) : undefined;
    }
    const { status, cart, trialDays } = question.checkout;
    if (status !== 'open') return undefined;
    const { amount, currency } = this.carts.price(cart, trialDays);
    return formatMoney(amount, currency);
  }

  private leave(reply: FastifyReply, question: Question) {
    if (question.kind === 'checkout') return reply.redirect(`/dodo/session/${question.checkout.id}`, 303);
    const { returnUrl } = this.store.get('payment_note', question.payment.payment_id);
    if (returnUrl === null) return this.send(reply, 200, 'Your bank', CLOSE);
    return reply.redirect(returnAddressOf(returnUrl, question.payment), 303);
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
      <form method="post" action="/dodo/3ds/${id}" class="actions">
        <button type="submit" name="outcome" value="authenticate">Yes, it is me</button>
        <button type="submit" name="outcome" value="fail" class="quiet">No, refuse</button>
      </form>
    </section>`;
