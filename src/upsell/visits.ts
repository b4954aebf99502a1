import { Injectable } from '@nestjs/common';
import type { Offer } from '../catalog/index.js';
import { ApplicationError } from '../common/errors/index.js';
import type { Sale } from './domain/sale.js';
import type { Session } from './domain/session.js';
import { SessionRepository } from './persistence/session.repository.js';
import { Showcase } from './showcase.js';
import type { UpsellTicket } from './upsell-tokens.js';
import type { OpenVisit } from './view.service.js';

/** Finds what a token opens. A token of one sale opens no other, whatever the path says. */
@Injectable()
export class Visits {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly showcase: Showcase,
  ) {}

  /** @throws ApplicationError upsell_session_not_found */
  async find(
    ticket: UpsellTicket,
    offerUuid: string,
  ): Promise<{ readonly sale: Sale; readonly session: Session | undefined; readonly bought: Offer }> {
    const visit = await this.sessions.findVisit(ticket.saleItemUuid);
    if (!visit || visit.userExternalId !== ticket.userExternalId)
      throw new ApplicationError('upsell_session_not_found');
    const bought = await this.showcase.loadBought(visit.sale.offerId);
    if (bought.uuid !== offerUuid) throw new ApplicationError('upsell_session_not_found');
    return { sale: visit.sale, session: visit.session, bought };
  }

  /** @throws ApplicationError upsell_session_not_found, also when nothing is offered after this sale */
  async open(ticket: UpsellTicket, offerUuid: string): Promise<OpenVisit> {
    const { sale, session, bought } = await this.find(ticket, offerUuid);
    if (!session) throw new ApplicationError('upsell_session_not_found');
    return { sale, session, bought, saleItemUuid: ticket.saleItemUuid };
  }
}
