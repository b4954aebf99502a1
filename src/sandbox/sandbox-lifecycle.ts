import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { TimeKeeper } from './clock/time-keeper.js';
import { WebhookDeliverer } from './delivery/webhook-deliverer.js';
import { SandboxState, type SandboxSnapshot } from './sandbox-state.js';
import { StateFile } from './state/state-file.js';
import { PortalSessions } from './stripe/pages/portal-sessions.js';

/** Start: load, then run what fell due meanwhile. Stop: finish, save. */
@Injectable()
export class SandboxLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(SandboxState) private readonly state: SandboxState,
    @Inject(StateFile) private readonly file: StateFile,
    @Inject(TimeKeeper) private readonly time: TimeKeeper,
    @Inject(WebhookDeliverer) private readonly deliverer: WebhookDeliverer,
    @Inject(PortalSessions) private readonly portal: PortalSessions,
  ) {}

  onApplicationBootstrap(): void {
    const saved = this.file.load() as SandboxSnapshot | undefined;
    if (saved) this.state.restore(saved);
    this.portal.createDefaultConfiguration();
    this.file.saveFrom(() => this.state.snapshot());
    this.time.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.deliverer.stop();
    await this.time.stop();
    this.file.save();
  }

  reset(): void {
    this.state.forget();
    this.portal.createDefaultConfiguration();
    this.file.markChanged();
  }
}
