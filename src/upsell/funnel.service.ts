import { Injectable } from '@nestjs/common';
import type { Tx } from '../common/database/index.js';
import type { FunnelVersion } from './domain/funnel.js';
import { FunnelVersionRepository, type Bought } from './persistence/funnel-version.repository.js';

/** Versions kept in memory; a shop has as many in use as it has funnels. */
const CACHED_VERSIONS = 200;

/** What a running session asks about funnels. Kill switches are read from the database every time. */
@Injectable()
export class FunnelService {
  private readonly cache = new Map<string, FunnelVersion>();

  constructor(private readonly versions: FunnelVersionRepository) {}

  /**
   * The version to offer after this was bought: of the offer's funnel, else of the product's. Undefined when there is none,
   * when it is killed, and while everything is.
   */
  resolve(tx: Tx, bought: Bought): Promise<FunnelVersion | undefined> {
    return this.versions.findPublished(bought, tx);
  }

  /**
   * A whole version. It never changes, so the answer may come from memory.
   *
   * @throws Error when there is no such version: whoever has its id has a foreign key to it
   */
  async loadVersion(versionId: string, tx?: Tx): Promise<FunnelVersion> {
    const version = this.cache.get(versionId) ?? (await this.versions.findById(versionId, tx));
    if (!version) throw new Error(`There is no funnel version ${versionId}.`);
    this.remember(version);
    return version;
  }

  /** Whether the version's funnel, or everything, is killed now. What does not exist is not shown either. */
  async isKilled(versionId: string, tx?: Tx): Promise<boolean> {
    return (await this.versions.isKilled(versionId, tx)) ?? true;
  }

  /** The least recently used version goes first: a Map keeps the order of insertion. */
  private remember(version: FunnelVersion): void {
    this.cache.delete(version.id);
    this.cache.set(version.id, version);
    if (this.cache.size > CACHED_VERSIONS) this.cache.delete(this.cache.keys().next().value!);
  }
}
