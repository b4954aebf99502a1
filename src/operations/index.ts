export { OperationsModule } from './operations.module.js';
export { InvariantCheckEntity } from './persistence/invariant-check.entity.js';
