import { Controller, Get, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { html, page, PAGE_HEADERS } from '../../http/html.js';
import { StateFile } from '../../state/state-file.js';
import { DodoStore } from '../objects/dodo-store.js';
import { openPortalVisit } from '../objects/portal-visits.js';

const SHOWN = 50;

/** For people: the pages of Dodo that somebody could be on now, and everybody's portal. */
@Controller('sandbox/dodo/pages')
export class DodoBrowseController {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(StateFile) private readonly stateFile: StateFile,
  ) {}

  @Get()
  async show(@Res() reply: FastifyReply): Promise<void> {
    const checkouts = this.store.newestFirst('checkout').filter(({ status }) => status === 'open');
    const customers = this.store.newestFirst('customer');
    const content = html`<h1>Dodo</h1>
      <h2>Checkouts that are open</h2>
      ${checkouts.length === 0 && html`<p>None. Buy something in a shop, and come back.</p>`}
      <ul>
        ${checkouts.slice(0, SHOWN).map(({ id }) => html`<li><a href="/dodo/session/${id}">${id}</a></li>`)}
      </ul>
      <h2>Customers</h2>
      ${customers.length === 0 && html`<p>None yet.</p>`}
      <ul class="plain">
        ${customers.slice(0, SHOWN).map(
          ({ customer_id: id, email }) =>
            html`<li class="row">
              <span>${email}</span>
              <form method="post" action="/sandbox/dodo/pages/portal/${id}"><button type="submit">Portal</button></form>
            </li>`,
        )}
      </ul>`;
    await reply.headers(PAGE_HEADERS).send(page('Dodo', content));
  }

  @Post('portal/:customer')
  async openPortal(@Param('customer') customer: string, @Res() reply: FastifyReply): Promise<void> {
    if (!this.store.find('customer', customer)) {
      await reply.redirect('/sandbox/dodo/pages', 303);
      return;
    }
    const visit = openPortalVisit(this.store, customer, null, this.clock.milliseconds());
    this.stateFile.markChanged();
    await reply.redirect(`/dodo/portal/${visit.id}`, 303);
  }
}
