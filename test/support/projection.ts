import type { ProviderFact } from '../../src/billing-providers/index.js';
import { foldFacts } from '../../src/subscription/domain/fold.js';
import { computeProjection } from '../../src/subscription/domain/projection.js';
import { PLANS } from './facts.js';

/** What the tables say after these facts. */
export const rowsOf = (facts: readonly ProviderFact[]) => computeProjection(foldFacts(null, facts, PLANS).state, PLANS);

/** The history's rows, each as "type plan status payment". */
export const brief = (facts: readonly ProviderFact[]) =>
  rowsOf(facts)?.history.map((row) => `${row.type} ${row.planId} ${row.status} ${row.paymentStatus}`);
