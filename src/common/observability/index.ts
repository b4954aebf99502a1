export { currentLogFields, withLogFields, type LogFields } from './log-context.js';
export { createLogger, NestLogger } from './logger.js';
export { Metrics } from './metrics.js';
export { ObservabilityModule } from './observability.module.js';
