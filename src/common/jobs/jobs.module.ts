import { Global, Module } from '@nestjs/common';
import { JobRunner } from './job-runner.js';
import { Jobs } from './jobs.js';

@Global()
@Module({ providers: [Jobs, JobRunner], exports: [Jobs] })
export class JobsModule {}
