import { Injectable } from '@nestjs/common';
import { ApplicationError, checkCursor } from '../common/errors/index.js';
import type { ChargeAttempt } from './domain/charge-attempt.js';
import { ChargeAttemptQueries, type AttemptFilter, type AttemptMove } from './persistence/charge-attempt.queries.js';
import { ChargeAttemptRepository } from './persistence/charge-attempt.repository.js';

/** Attempts as admins see them. */
@Injectable()
export class ChargeAttemptsService {
  constructor(
    private readonly queries: ChargeAttemptQueries,
    private readonly attempts: ChargeAttemptRepository,
  ) {}

  /**
   * Newest first. @param page `before`: only attempts older than this one (uuid); `limit`: at most this many
   *
   * @throws ApplicationError cursor_unknown
   */
  async list(
    filter: AttemptFilter,
    page: { readonly limit: number; readonly before?: string },
  ): Promise<{ readonly attempts: readonly ChargeAttempt[]; readonly hasMore: boolean }> {
    const found = await this.queries.list(filter, { ...page, limit: page.limit + 1 });
    await checkCursor(found, page.before, (uuid) => this.attempts.find(uuid));
    return { attempts: found.slice(0, page.limit), hasMore: found.length > page.limit };
  }

  /** @throws ApplicationError `not_found` */
  async get(uuid: string): Promise<{ readonly attempt: ChargeAttempt; readonly moves: readonly AttemptMove[] }> {
    const attempt = await this.attempts.find(uuid);
    if (!attempt) throw new ApplicationError('not_found', { detail: `There is no charge attempt ${uuid}.` });
    return { attempt, moves: await this.queries.findMoves(attempt.id) };
  }
}
