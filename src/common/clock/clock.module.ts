import { Global, Module } from '@nestjs/common';
import { Config } from '../../config/index.js';
import { Clock, SystemClock } from './clock.js';
import { FollowedClock } from './followed-clock.js';

@Global()
@Module({
  providers: [
    {
      provide: Clock,
      inject: [Config],
      useFactory: (config: Config) => (config.clockUrl ? new FollowedClock(config.clockUrl) : new SystemClock()),
    },
  ],
  exports: [Clock],
})
export class ClockModule {}
