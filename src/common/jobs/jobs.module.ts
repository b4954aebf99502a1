import { Global, Module } from '@nestjs/common';
import { ExhaustedJobs } from './exhausted-jobs.js';
import { JobInvariants } from './job-invariants.js';
import { JobRunner } from './job-runner.js';
import { Jobs } from './jobs.js';

@Global()
@Module({ providers: [Jobs, ExhaustedJobs, JobInvariants, JobRunner], exports: [Jobs] })
export class JobsModule {}
