import { DIFFERENCES, type Difference } from '../domain/difference.js';
import type { CountedRun } from '../reconciliations.service.js';
import type { DifferenceDto, ReconciliationDto } from './reconciliation.dto.js';

export const toRunResponse = ({ run, found }: CountedRun): ReconciliationDto => ({
  id: run.uuid,
  provider: run.provider,
  kind: run.kind,
  dry_run: run.dryRun,
  since: run.since.toISOString(),
  status: run.status,
  phase: run.phase,
  read: run.counts,
  differences: found.map(({ type, action, status, count }) => ({ type, action, status, count })),
  error: run.error,
  paused_until: run.pausedUntil?.toISOString() ?? null,
  requested_by: run.requestedBy,
  started_at: run.startedAt.toISOString(),
  finished_at: run.finishedAt?.toISOString() ?? null,
});

export const toDifferenceResponse = (difference: Difference): DifferenceDto => ({
  id: difference.uuid,
  type: difference.type,
  meaning: DIFFERENCES[difference.type].meaning,
  action: difference.action,
  status: difference.status,
  provider_id: difference.providerId,
  our_id: difference.ourId,
  ours: difference.ours,
  theirs: difference.theirs,
  note: difference.note,
  settled_by: difference.settledBy,
  created_at: difference.createdAt.toISOString(),
  settled_at: difference.settledAt?.toISOString() ?? null,
});
