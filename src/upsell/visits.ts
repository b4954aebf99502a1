import { Injectable } from '@nestjs/common';
import { ApplicationError } from '../common/errors/index.js';
import { SessionRepository, type Visit } from './persistence/session.repository.js';
import type { UpsellTicket } from './upsell-tokens.js';
import type { OpenVisit } from './view.service.js';

/** Finds what a token opens. A token of one sale opens no other, whatever the path says. */
@Injectable()
export class Visits {
  constructor(private readonly sessions: SessionRepository) {}

  /** @throws ApplicationError upsell_session_not_found */
  async find(ticket: UpsellTicket, offerUuid: string): Promise<Visit> {
    const visit = await this.sessions.findVisit(ticket.saleItemUuid);
    const isTheirs = visit?.userExternalId === ticket.userExternalId && visit.boughtUuid === offerUuid;
    if (!isTheirs) throw new ApplicationError('upsell_session_not_found');
    return visit;
  }

  /** @throws ApplicationError upsell_session_not_found, also when nothing is offered after this sale */
  async open(ticket: UpsellTicket, offerUuid: string): Promise<OpenVisit> {
    const { session, ...visit } = await this.find(ticket, offerUuid);
    if (!session) throw new ApplicationError('upsell_session_not_found');
    return { ...visit, session, saleItemUuid: ticket.saleItemUuid };
  }
}
