export { ReconciliationDifferenceEntity } from './persistence/reconciliation-difference.entity.js';
export { ReconciliationRunEntity } from './persistence/reconciliation-run.entity.js';
export { ReconciliationSightingEntity } from './persistence/reconciliation-sighting.entity.js';
export { ReconciliationModule } from './reconciliation.module.js';
