export { JobWorkerEntity } from './job-worker.entity.js';
export { Jobs } from './jobs.js';
export { JobsModule } from './jobs.module.js';
