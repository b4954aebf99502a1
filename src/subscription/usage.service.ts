import { Injectable } from '@nestjs/common';
import type { Plan } from '../catalog/index.js';
import { Clock } from '../common/clock/index.js';
import { UnitOfWork, type Tx } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { IdentityService } from '../identity/index.js';
import { decideByLimits, type LimitDecision, type Usage } from './domain/plan-limits.js';
import { GroupUsageRepository } from './persistence/group-usage.repository.js';

/** What groups use, as the merchant reports it, against what plans allow. */
@Injectable()
export class UsageService {
  constructor(
    private readonly usages: GroupUsageRepository,
    private readonly identity: IdentityService,
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws ApplicationError group_not_found */
  async report(groupExternalId: string, usage: Usage): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const group = await this.identity.findGroupByExternalId(groupExternalId, tx);
      if (!group) throw new ApplicationError('group_not_found');
      await this.usages.replace(tx, group.id, usage, this.clock.now());
    });
  }

  /** Whether the group may switch to the plan, by what it uses. @param groupId our id */
  async decide(groupId: string, plan: Plan, tx?: Tx): Promise<LimitDecision> {
    return decideByLimits(plan.limits, await this.usages.find(groupId, tx), plan.package.downgradePolicy);
  }
}

/** @param when of a switch at the renewal only `block` is a refusal @throws ApplicationError plan_limits_exceeded */
export function requireWithinLimits({ decision, exceeded }: LimitDecision, when: 'now' | 'renewal'): void {
  const isRefused = decision === 'block' || (decision === 'schedule' && when === 'now');
  if (!isRefused) return;
  const detail = exceeded.map(({ limit, used, allowed }) => `${limit}: ${used} used, ${allowed} allowed`).join('; ');
  throw new ApplicationError('plan_limits_exceeded', { detail, extensions: { decision, reasons: exceeded } });
}
