import { Injectable } from '@nestjs/common';
import { CatalogService } from '../catalog/index.js';
import { Clock } from '../common/clock/index.js';
import { FOREIGN_KEY_VIOLATION, sqlStateOf, UnitOfWork, type Tx } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { checkFunnel } from './domain/funnel-check.js';
import { findUnshownOffers, type UnshownOffer } from './domain/funnel-check-offers.js';
import type { FunnelProblem } from './domain/funnel-problem.js';
import type { DraftStep, Funnel, FunnelStep, FunnelVersion, VersionRecord } from './domain/funnel.js';
import { FunnelContextLoader } from './funnel-context.loader.js';
import { FunnelVersionRepository } from './persistence/funnel-version.repository.js';
import { FunnelRepository } from './persistence/funnel.repository.js';

export interface PublishedStep extends DraftStep {
  readonly uuid: string;
}

export interface ListedVersion extends VersionRecord {
  /** Whether it is what customers are shown now. */
  readonly isCurrent: boolean;
}

export interface VersionWithSteps extends ListedVersion {
  readonly steps: readonly PublishedStep[];
}

export interface Rollback {
  readonly version: VersionWithSteps;
  /** What customers are not shown of it now, because the catalogue has changed since. */
  readonly unshown: readonly UnshownOffer[];
}

/** What customers are shown: versions of funnels, and which of them is current. */
@Injectable()
export class FunnelPublicationService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly funnels: FunnelRepository,
    private readonly versions: FunnelVersionRepository,
    private readonly contexts: FunnelContextLoader,
    private readonly catalog: CatalogService,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes the draft the next version, which new sessions go through from now on; running ones keep theirs.
   *
   * @throws ApplicationError funnel_not_found, funnel_invalid with every problem
   */
  async publish(uuid: string, by: Pick<VersionRecord, 'note' | 'publishedBy'>): Promise<VersionWithSteps> {
    try {
      const record = await this.unitOfWork.run((tx) => this.insertVersion(tx, uuid, by));
      return await this.complete({ ...record, isCurrent: true });
    } catch (error) {
      // An offer or picture of the draft was deleted between the check and the insert.
      if (sqlStateOf(error) === FOREIGN_KEY_VIOLATION) throw toChangedError(error);
      throw error;
    }
  }

  /**
   * Makes an earlier version current again. It is not checked anew: a rollback must not be stopped by an offer that is gone,
   * since sessions skip what cannot be shown.
   *
   * @throws ApplicationError funnel_not_found, funnel_version_not_found
   */
  async rollBack(uuid: string, number: number): Promise<Rollback> {
    const { funnel, record } = await this.unitOfWork.run(async (tx) => {
      const locked = await this.lock(tx, uuid);
      const found = await this.versions.findRecord(locked.id, number, tx);
      if (!found) throw new ApplicationError('funnel_version_not_found');
      await this.funnels.updatePublished(tx, locked.id, found.id);
      return { funnel: locked, record: found };
    });
    const version = await this.complete({ ...record, isCurrent: true });
    const offers = await this.catalog.findOffersByCodes(version.steps.flatMap((step) => step.offerCodes));
    const context = await this.contexts.loadOfferContext(funnel.scope, offers.values());
    return { version, unshown: findUnshownOffers(version.steps, context) };
  }

  /** The newest first. @throws ApplicationError funnel_not_found */
  async listVersions(uuid: string): Promise<readonly ListedVersion[]> {
    const funnel = await this.find(uuid);
    const records = await this.versions.findRecords(funnel.id);
    return records.map((record) => ({ ...record, isCurrent: record.number === funnel.publishedNumber }));
  }

  /** @throws ApplicationError funnel_not_found, funnel_version_not_found */
  async getVersion(uuid: string, number: number): Promise<VersionWithSteps> {
    const funnel = await this.find(uuid);
    const record = await this.versions.findRecord(funnel.id, number);
    if (!record) throw new ApplicationError('funnel_version_not_found');
    return this.complete({ ...record, isCurrent: number === funnel.publishedNumber });
  }

  private async insertVersion(
    tx: Tx,
    uuid: string,
    by: Pick<VersionRecord, 'note' | 'publishedBy'>,
  ): Promise<VersionRecord> {
    const { id, scope, draft } = await this.lock(tx, uuid);
    const problems = checkFunnel(draft, await this.contexts.load(scope, draft, tx));
    if (problems.length > 0) throw toInvalidError(problems);
    const offers = await this.catalog.findOffersByCodes(
      draft.steps.flatMap((step) => step.offerCodes),
      tx,
    );
    const steps = draft.steps.map((step) => ({
      ...step,
      offerIds: step.offerCodes.map((code) => offers.get(code)!.id),
    }));
    const record = await this.versions.insert(tx, id, { ...by, publishedAt: this.clock.now() });
    await this.versions.insertSteps(tx, record.id, scope, steps);
    await this.funnels.updatePublished(tx, id, record.id);
    return record;
  }

  private async lock(tx: Tx, uuid: string): Promise<Funnel> {
    const funnel = await this.funnels.lock(tx, uuid);
    if (!funnel) throw new ApplicationError('funnel_not_found');
    return funnel;
  }

  private async find(uuid: string): Promise<Funnel> {
    const funnel = await this.funnels.findByUuid(uuid);
    if (!funnel) throw new ApplicationError('funnel_not_found');
    return funnel;
  }

  private async complete(version: ListedVersion): Promise<VersionWithSteps> {
    const { steps } = (await this.versions.findById(version.id)) as FunnelVersion;
    const offers = await this.catalog.findOffersByIds(steps.flatMap((step) => step.offerIds));
    const codesOf = (step: FunnelStep) => step.offerIds.map((id) => offers.get(id)!.code);
    return { ...version, steps: steps.map((step) => ({ ...step, offerCodes: codesOf(step) })) };
  }
}

const toInvalidError = (problems: readonly FunnelProblem[]): ApplicationError =>
  new ApplicationError('funnel_invalid', {
    fields: problems.map(({ step, rule, message }) => ({
      field: step === null ? 'steps' : `steps.${step}`,
      message: `${rule}: ${message}`,
    })),
    extensions: { problems },
  });

const toChangedError = (cause: unknown): ApplicationError =>
  new ApplicationError('funnel_invalid', {
    detail: 'The catalogue has changed meanwhile: read the draft and its problems again.',
    cause,
  });
