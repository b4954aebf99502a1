import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { TimeKeeper } from './clock/time-keeper.js';
import { WebhookDeliverer } from './delivery/webhook-deliverer.js';
import { SandboxState, type SandboxSnapshot } from './sandbox-state.js';
import { StateFile } from './state/state-file.js';
import { PortalSessions } from './stripe/pages/portal-sessions.js';

/**
 * Load, then listen, and only then begin: a second sandbox that finds the port taken must neither deliver nor save what
 * the first one owns.
 */
@Injectable()
export class SandboxLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private saved: SandboxSnapshot | undefined;

  constructor(
    @Inject(SandboxState) private readonly state: SandboxState,
    @Inject(StateFile) private readonly file: StateFile,
    @Inject(TimeKeeper) private readonly time: TimeKeeper,
    @Inject(WebhookDeliverer) private readonly deliverer: WebhookDeliverer,
    @Inject(PortalSessions) private readonly portal: PortalSessions,
  ) {}

  onApplicationBootstrap(): void {
    this.saved = this.file.load() as SandboxSnapshot | undefined;
    if (this.saved) this.state.restore(this.saved);
    this.portal.createDefaultConfiguration();
  }

  /** From here on time passes, events leave and changes are saved. */
  begin(): void {
    this.deliverer.restore(this.saved?.deliveries ?? []);
    this.saved = undefined;
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
