import { Body, Controller, Get, Inject, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { TimeKeeper } from '../clock/time-keeper.js';
import { VirtualClock } from '../clock/virtual-clock.js';
import { html, page, PAGE_HEADERS } from './html.js';

const VIEWS = ['/sandbox/clock', '/sandbox/ledger', '/sandbox/deliveries', '/sandbox/faults'];
const STEPS = [
  { label: '1 hour', seconds: 3600 },
  { label: '1 day', seconds: 86_400 },
  { label: '1 week', seconds: 604_800 },
  { label: '31 days', seconds: 2_678_400 },
];

@Controller()
export class HomeController {
  constructor(
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(TimeKeeper) private readonly time: TimeKeeper,
  ) {}

  /** The buttons of the page; a program uses `/sandbox/clock/advance`. */
  @Post('sandbox/clock/step')
  async step(@Body() body: unknown, @Res() reply: FastifyReply): Promise<void> {
    const seconds = Number(new URLSearchParams(String(body)).get('seconds') ?? 0);
    await this.time.advance({ seconds: Number.isFinite(seconds) ? Math.max(0, seconds) : 0 });
    await reply.redirect('/', 303);
  }

  @Get()
  async show(@Res() reply: FastifyReply): Promise<void> {
    const content = html`<h1>Provider sandbox</h1>
      <p>It is <strong>${this.clock.now().toUTCString()}</strong> here.</p>
      <h2>Let time pass</h2>
      <div class="actions">
        ${STEPS.map(
          ({ label, seconds }) =>
            html`<form method="post" action="/sandbox/clock/step">
              <input type="hidden" name="seconds" value="${seconds}" />
              <button type="submit">${label}</button>
            </form>`,
        )}
      </div>
      <h2>Be the customer</h2>
      <p><a href="/pix">Banking app</a>: pay the Pix codes that shops have shown.</p>
      <p><a href="/sandbox/dodo/pages">Dodo</a>: checkouts that are open, and the portals of customers.</p>
      <h2>Look inside</h2>
      <ul>
        ${VIEWS.map((path) => html`<li><a href="${path}">${path}</a></li>`)}
      </ul>`;
    await reply.headers(PAGE_HEADERS).send(page('Provider sandbox', content));
  }
}
