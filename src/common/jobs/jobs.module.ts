import { Global, Module } from '@nestjs/common';
import { ExhaustedJobs } from './exhausted-jobs.js';
import { JobInvariants } from './job-invariants.js';
import { JobRunner } from './job-runner.js';
import { Jobs } from './jobs.js';
import { WorkerPresence } from './worker-presence.js';

@Global()
@Module({ providers: [Jobs, ExhaustedJobs, JobInvariants, WorkerPresence, JobRunner], exports: [Jobs] })
export class JobsModule {}
