export { Invariants } from './invariants.js';
export { InvariantsModule } from './invariants.module.js';
export type { Invariant, InvariantResult, Violation } from './invariant.js';
