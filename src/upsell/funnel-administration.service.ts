import { Injectable } from '@nestjs/common';
import { CatalogService } from '../catalog/index.js';
import { UnitOfWork } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { checkFunnel } from './domain/funnel-check.js';
import type { FunnelProblem } from './domain/funnel-problem.js';
import type { Funnel, FunnelDraft, FunnelLevel, FunnelScope } from './domain/funnel.js';
import { FunnelContextLoader } from './funnel-context.loader.js';
import { FunnelRepository } from './persistence/funnel.repository.js';

/** A funnel as administrators name it. */
export interface NamedFunnel extends Funnel {
  /** Code of the offer or product that leads into it. */
  readonly code: string;
}

export interface FunnelWithProblems extends NamedFunnel {
  /** What keeps its draft from being published now. */
  readonly problems: readonly FunnelProblem[];
}

/** Drafts of funnels, and the switches that stop them. */
@Injectable()
export class FunnelAdministrationService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly funnels: FunnelRepository,
    private readonly contexts: FunnelContextLoader,
    private readonly catalog: CatalogService,
  ) {}

  /** Every funnel, the oldest first. */
  async list(): Promise<readonly NamedFunnel[]> {
    const funnels = await this.funnels.findAll();
    const idsOf = (level: FunnelLevel) => funnels.flatMap(({ scope }) => (scope.level === level ? scope.id : []));
    const offers = await this.catalog.findOffersByIds(idsOf('offer'));
    const products = await this.catalog.findProductsByIds(idsOf('product'));
    const targets = { offer: offers, product: products };
    return funnels.map((funnel) => ({ ...funnel, code: targets[funnel.scope.level].get(funnel.scope.id)!.code }));
  }

  /** @throws ApplicationError offer_not_found, product_not_found, funnel_not_found */
  async get(level: FunnelLevel, code: string): Promise<FunnelWithProblems> {
    const scope = await this.findScope(level, code);
    const funnel = await this.funnels.findByScope(scope);
    if (!funnel) throw new ApplicationError('funnel_not_found');
    const problems = checkFunnel(funnel.draft, await this.contexts.load(scope, funnel.draft));
    return { ...funnel, code, problems };
  }

  /**
   * Keeps a draft, finished or not. What customers are shown changes at its publication.
   *
   * @throws ApplicationError offer_not_found, product_not_found
   */
  async saveDraft(level: FunnelLevel, code: string, draft: FunnelDraft): Promise<FunnelWithProblems> {
    const scope = await this.findScope(level, code);
    await this.unitOfWork.run((tx) => this.funnels.saveDraft(tx, scope, draft));
    return this.get(level, code);
  }

  /**
   * Stops a funnel, or lets it run again. Every instance knows at its next request: switches are never cached.
   *
   * @throws ApplicationError funnel_not_found
   */
  async setKilled(uuid: string, isKilled: boolean): Promise<NamedFunnel> {
    await this.unitOfWork.run(async (tx) => {
      const funnel = await this.funnels.lock(tx, uuid);
      if (!funnel) throw new ApplicationError('funnel_not_found');
      await this.funnels.updateKilled(tx, funnel.id, isKilled);
    });
    return this.getByUuid(uuid);
  }

  /** @throws ApplicationError funnel_not_found */
  async getByUuid(uuid: string): Promise<NamedFunnel> {
    const funnel = await this.funnels.findByUuid(uuid);
    if (!funnel) throw new ApplicationError('funnel_not_found');
    return { ...funnel, code: await this.findCode(funnel.scope) };
  }

  /** Whether every funnel is stopped. */
  isEverythingKilled(): Promise<boolean> {
    return this.funnels.readSwitch();
  }

  /** Stops every funnel, or lets those run again that are not killed themselves. */
  async setEverythingKilled(isKilled: boolean): Promise<void> {
    await this.unitOfWork.run((tx) => this.funnels.updateSwitch(tx, isKilled));
  }

  private async findCode({ level, id }: FunnelScope): Promise<string> {
    const found =
      level === 'offer' ? await this.catalog.findOffersByIds([id]) : await this.catalog.findProductsByIds([id]);
    return found.get(id)!.code;
  }

  private async findScope(level: FunnelLevel, code: string): Promise<FunnelScope> {
    const target =
      level === 'offer'
        ? (await this.catalog.findOffersByCodes([code])).get(code)
        : await this.catalog.findProductByCode(code);
    if (!target) throw new ApplicationError(level === 'offer' ? 'offer_not_found' : 'product_not_found');
    return { level, id: target.id };
  }
}
