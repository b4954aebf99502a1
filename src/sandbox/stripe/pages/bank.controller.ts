import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { html, page, PAGE_HEADERS } from '../../http/html.js';
import { StripeStore } from '../objects/stripe-store.js';
import { formatMoney, formatMoment } from './money.js';

/** The customer's banking app: where somebody without one pays the Pix codes that shops have shown. */
@Controller('pix')
export class BankController {
  constructor(@Inject(StripeStore) private readonly store: StripeStore) {}

  @Get()
  async show(@Res() reply: FastifyReply): Promise<void> {
    const waiting = this.store.all('pix_code').flatMap((code) => {
      const intent = this.store.get('payment_intent', code.id);
      return intent.status === 'requires_action' ? [{ code, intent }] : [];
    });
    const content = html`<h1>Banking app</h1>
      ${
        waiting.length === 0
          ? html`<p>No Pix code waits to be paid. Choose Pix in a shop, and come back.</p>`
          : html`<p>Codes that shops have shown and nobody has paid, the newest first.</p>
              <ul class="plain">
                ${waiting.toReversed().map(
                  ({ code, intent }) =>
                    html`<li class="row">
                      <span>
                        <a href="/pix/${intent.id}">${intent.description ?? 'Pix'}</a>
                        <span class="soft">until ${formatMoment(code.expiresAt)}</span>
                      </span>
                      <strong>${formatMoney(intent.amount, intent.currency)}</strong>
                    </li>`,
                )}
              </ul>`
      }`;
    await reply.headers(PAGE_HEADERS).send(page('Banking app', content));
  }
}
