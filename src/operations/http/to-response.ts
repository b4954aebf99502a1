import type { InvariantReport } from '../invariants.service.js';
import type { InvariantReportDto } from './invariants.dto.js';

export function toResponse({ checkedAt, results }: InvariantReport): InvariantReportDto {
  return {
    checked_at: checkedAt.toISOString(),
    violations: results.reduce((sum, { violations }) => sum + (violations ?? 0), 0),
    unchecked: results.filter(({ violations }) => violations === null).length,
    invariants: results.map(({ invariant, violations, examples, problem }) => ({
      name: invariant.name,
      promise: invariant.promise,
      remedy: invariant.remedy,
      violations,
      examples: [...examples],
      problem,
    })),
  };
}
