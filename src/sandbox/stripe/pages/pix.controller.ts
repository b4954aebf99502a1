import { Controller, Get, Header, Inject, NotFoundException, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { html, page, PAGE_HEADERS, type Html } from '../../http/html.js';
import { StateFile } from '../../state/state-file.js';
import { PixPayments } from '../billing/pix-payments.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { PaymentIntent } from '../objects/wire-types.js';
import { successAddressOf } from './addresses.js';
import { formatMoney, formatMoment } from './money.js';
import { toQrPng, toQrSvg } from './qr-image.js';
import type { PixCode } from './page.types.js';

/** The page with a Pix code, and the customer's bank in one button. */
@Controller('pix/:id')
export class PixController {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(PixPayments) private readonly pix: PixPayments,
    @Inject(StateFile) private readonly stateFile: StateFile,
  ) {}

  @Get()
  async show(@Param('id') id: string, @Res() reply: FastifyReply) {
    return this.send(reply, 200, id);
  }

  @Post()
  async pay(@Param('id') id: string, @Res() reply: FastifyReply) {
    const code = this.codeOf(id);
    const result = this.pix.pay(this.store.get('payment_intent', code.id), false);
    this.stateFile.markChanged();
    if (result.kind === 'refused') return this.send(reply, 410, id);
    return reply.redirect(this.shopAddressOf(id) ?? `/pix/${id}`, 303);
  }

  @Get('qr.png')
  @Header('content-type', 'image/png')
  png(@Param('id') id: string): Buffer {
    return toQrPng(this.codeOf(id).data);
  }

  @Get('qr.svg')
  @Header('content-type', 'image/svg+xml')
  svg(@Param('id') id: string): string {
    return toQrSvg(this.codeOf(id).data);
  }

  private codeOf(id: string): PixCode {
    const code = this.store.find('pix_code', id);
    if (!code) throw new NotFoundException();
    return code;
  }

  /** Only a checkout knows the way back. */
  private shopAddressOf(id: string): string | undefined {
    const session = this.store.all('checkout.session').find(({ payment_intent: intent }) => intent === id);
    return session && successAddressOf(session);
  }

  private send(reply: FastifyReply, status: number, id: string) {
    const code = this.codeOf(id);
    const intent = this.store.get('payment_intent', id);
    const back = this.shopAddressOf(id);
    const content = html`${renderState(intent, code)} ${back && html`<p><a href="${back}">Back to the shop</a></p>`}`;
    return reply.status(status).headers(PAGE_HEADERS).send(page('Pix', content));
  }
}

function renderState(intent: PaymentIntent, code: PixCode): Html {
  const amount = formatMoney(intent.amount, intent.currency);
  if (intent.status === 'succeeded')
    return html`<h1>Paid</h1>
      <p class="notice" role="status">${amount} arrived by Pix.</p>`;
  if (intent.status !== 'requires_action')
    return html`<h1>This code has expired</h1>
      <p class="notice bad" role="alert">Nothing was paid. Go back to the shop and start again.</p>`;
  return html`<h1>Pay ${amount} by Pix</h1>
    <section>
      <p class="code"><img src="/pix/${intent.id}/qr.svg" alt="QR code of this payment" width="240" height="240" /></p>
      <label>Code to copy <textarea rows="5" readonly>${code.data}</textarea></label>
      <p class="soft">Valid until ${formatMoment(code.expiresAt)}.</p>
      <form method="post" action="/pix/${intent.id}"><button type="submit">Pay as the banking app would</button></form>
    </section>`;
}
