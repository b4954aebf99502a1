import { Injectable } from '@nestjs/common';
import type { ProviderName } from '../../billing-providers/index.js';
import type { Tx } from '../../common/database/index.js';
import { Jobs } from '../../common/jobs/index.js';
import { WaitingReadRepository } from '../persistence/waiting-read.repository.js';

export const READ_SUBSCRIPTION = 'subscription.read-from-provider';

export interface ReadRequest {
  readonly provider: ProviderName;
  readonly subscriptionId: string;
  readonly customerId: string;
  /** When the event that could not decide happened; seconds since 1970. */
  readonly occurredAt?: number;
  /** Nothing that comes in the meantime makes the reading needless: no event can be waited for. */
  readonly isNeeded?: boolean;
  /** Why the payloads could not decide. */
  readonly why: string;
}

/** Siblings of an event mostly come within this time and make the reading needless. */
const PATIENCE_MILLISECONDS = 2_000;
/** When a reading looks again that nothing has woken. */
const WAITING_MILLISECONDS = 24 * 60 * 60 * 1_000;

/** Asks for a subscription to be read from its provider, outside the transaction; several askings are one reading. */
@Injectable()
export class ReadRequests {
  constructor(
    private readonly jobs: Jobs,
    private readonly waiting: WaitingReadRepository,
  ) {}

  async add(tx: Tx, requests: readonly ReadRequest[]): Promise<void> {
    for (const { provider, subscriptionId, customerId, occurredAt, isNeeded, why } of requests) {
      await this.jobs.add(
        tx,
        READ_SUBSCRIPTION,
        { provider, subscriptionId, customerId, occurredAt, isNeeded, why },
        {
          // A reading that is needed in any case must not be replaced by one that may turn out needless.
          key: `${READ_SUBSCRIPTION}:${isNeeded ? 'always' : 'if-needed'}:${provider}:${subscriptionId}`,
          runAt: new Date(Date.now() + PATIENCE_MILLISECONDS),
        },
      );
    }
  }

  /** Puts off a reading that succeeds only once something has appeared: tries until then would all be in vain. */
  async addWaiting(tx: Tx, request: ReadRequest, waitingFor: string): Promise<void> {
    await this.jobs.add(tx, READ_SUBSCRIPTION, request, {
      key: `${waitingKey(waitingFor)}${request.subscriptionId}`,
      runAt: new Date(Date.now() + WAITING_MILLISECONDS),
    });
  }

  /** What they wait for has appeared. @returns how many readings there are */
  wake(tx: Tx, waitingFor: string): Promise<number> {
    return this.waiting.hasten(tx, waitingKey(waitingFor));
  }
}

const waitingKey = (waitingFor: string): string => `${READ_SUBSCRIPTION}:waiting:${waitingFor}:`;
