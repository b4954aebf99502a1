import { Body, Controller, Get, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { html, page, PAGE_HEADERS } from '../../http/html.js';
import { StateFile } from '../../state/state-file.js';
import { DodoStore } from '../objects/dodo-store.js';
import type { Checkout, CheckoutForm } from '../objects/records.js';
import type { BillingAddress } from '../objects/wire-types.js';
import { Carts } from '../payments/carts.js';
import { Checkouts } from '../payments/checkouts.js';
import { DodoPaymentMethods } from '../payments/payment-methods.js';
import { returnAddressOf } from './addresses.js';
import { renderCheckout } from './checkout-view.js';

const DEFAULT_BILLING = { country: 'US', zipcode: '94102' } as const;

/** The hosted checkout. Paying twice is harmless: a session that is complete only leads on. */
@Controller('dodo/session/:id')
export class DodoCheckoutController {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(Checkouts) private readonly checkouts: Checkouts,
    @Inject(Carts) private readonly carts: Carts,
    @Inject(DodoPaymentMethods) private readonly methods: DodoPaymentMethods,
    @Inject(StateFile) private readonly stateFile: StateFile,
  ) {}

  @Get()
  async show(@Param('id') id: string, @Res() reply: FastifyReply) {
    const checkout = this.store.find('checkout', id);
    if (checkout?.status === 'complete') return this.leave(reply, checkout);
    if (checkout?.status !== 'open') return this.sendExpired(reply);
    return this.send(reply, 200, checkout, checkout.refusal);
  }

  @Post()
  async pay(@Param('id') id: string, @Body() body: unknown, @Res() reply: FastifyReply) {
    const checkout = this.store.find('checkout', id);
    if (!checkout || checkout.status === 'expired') return this.sendExpired(reply);
    const form = new URLSearchParams(typeof body === 'string' ? body : '');
    const result = this.checkouts.pay(checkout, toCheckoutForm(form, checkout.billing));
    this.stateFile.markChanged();
    if (result.kind === 'done') return this.leave(reply, checkout);
    if (result.kind === 'authenticate') return reply.redirect(`/dodo/3ds/${result.id}`, 303);
    return this.send(reply, 402, checkout, result.message);
  }

  private leave(reply: FastifyReply, checkout: Checkout) {
    const { returnUrl } = checkout;
    if (returnUrl === null) return reply.headers(PAGE_HEADERS).send(page('Thank you', THANKS));
    return reply.redirect(returnAddressOf(returnUrl, this.store.find('payment', checkout.payment)), 303);
  }

  private send(reply: FastifyReply, status: number, checkout: Checkout, error: string | null) {
    const { customer, showsSavedMethods } = checkout;
    const content = renderCheckout({
      checkout,
      cart: this.carts.price(checkout.cart, checkout.trialDays),
      customer: this.store.find('customer', customer),
      saved: customer && showsSavedMethods ? this.methods.of(customer).filter(({ number }) => number !== null) : [],
      error,
    });
    return reply.status(status).headers(PAGE_HEADERS).send(page('Checkout', content));
  }

  private sendExpired(reply: FastifyReply) {
    const content = html`<h1>This checkout has expired</h1>
      <p>Go back to the shop and start again.</p>`;
    return reply.status(410).headers(PAGE_HEADERS).send(page('Expired', content));
  }
}

const THANKS = html`<h1>Thank you</h1>
  <p>You can close this page and go back to the shop.</p>`;

/** What was not filled in is what the page shows at first. */
function toCheckoutForm(form: URLSearchParams, known: BillingAddress | null): CheckoutForm {
  const country = form.get('country')?.toUpperCase() ?? '';
  const zipcode = form.get('zipcode');
  return {
    method: form.get('card') ?? '',
    email: form.get('email') || null,
    name: form.get('name') || null,
    expiry: /^\d{2}\/\d{2}$/.test(form.get('expiry') ?? '') ? form.get('expiry') : null,
    billing: {
      ...DEFAULT_BILLING,
      ...known,
      ...(/^[A-Z]{2}$/.test(country) ? { country: country as BillingAddress['country'] } : {}),
      ...(zipcode ? { zipcode } : {}),
    },
  };
}
