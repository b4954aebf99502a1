import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../common/database/index.js';
import { ApplicationError, type ErrorCode } from '../common/errors/index.js';
import type { Language } from '../config/index.js';
import { SaleRepository } from './persistence/sale.repository.js';
import { SessionRepository } from './persistence/session.repository.js';
import { SessionProgress } from './session-progress.js';
import { ViewService } from './view.service.js';
import { Visits } from './visits.js';
import type { UpsellTicket } from './upsell-tokens.js';

/** Who asks, about which sale. */
export interface Caller {
  readonly ticket: UpsellTicket;
  /** Uuid of the offer that was bought. */
  readonly offerUuid: string;
  readonly language: Language;
}

/** Says no, together with what the page should show instead. */
@Injectable()
export class Refusals {
  constructor(
    private readonly visits: Visits,
    private readonly views: ViewService,
    private readonly progress: SessionProgress,
    private readonly sessions: SessionRepository,
    private readonly sales: SaleRepository,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Brings the session up to date first: a step whose time is over is left, and a session whose time is over is closed. */
  async make(
    code: ErrorCode,
    caller: Caller,
    details: Readonly<Record<string, unknown>> = {},
  ): Promise<ApplicationError> {
    const { session } = await this.visits.open(caller.ticket, caller.offerUuid);
    await this.unitOfWork.run(async (tx) => {
      const locked = await this.sessions.lock(tx, session.id);
      const sale = await this.sales.lock(tx, locked.saleId);
      const lapse = await this.progress.lapse(tx, locked, sale);
      if (lapse === 'none') await this.progress.refresh(tx, locked, sale);
    });
    const current = await this.views.show(await this.visits.open(caller.ticket, caller.offerUuid), caller.language);
    return new ApplicationError(code, { extensions: { ...details, current } });
  }
}
