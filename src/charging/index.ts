export { ChargingModule } from './charging.module.js';
export { ChargingService, type Claim } from './charging.service.js';
export type { AttemptStatus } from './domain/attempt-status.js';
export type { ChargeAttempt, NewAttempt } from './domain/charge-attempt.js';
export type { AttemptFactOutcome } from './domain/fact-outcome.js';
export { ChargeAttemptMoveEntity } from './persistence/charge-attempt-move.entity.js';
export { ChargeAttemptEntity } from './persistence/charge-attempt.entity.js';
