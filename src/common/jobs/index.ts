export { Jobs, type JobHandler, type JobOptions } from './jobs.js';
export { JobsModule } from './jobs.module.js';
