import { Module, type DynamicModule } from '@nestjs/common';
import { Agenda } from './clock/agenda.js';
import { TimeKeeper } from './clock/time-keeper.js';
import { VirtualClock } from './clock/virtual-clock.js';
import { WebhookDeliverer } from './delivery/webhook-deliverer.js';
import { dodoControllers, dodoProviders } from './dodo/dodo.providers.js';
import { FaultBoard } from './faults/fault-board.js';
import { AssetController } from './http/asset.controller.js';
import { ControlController } from './http/control.controller.js';
import { HomeController } from './http/home.controller.js';
import { Ledger } from './ledger/ledger.js';
import { resolveOptions, SANDBOX_OPTIONS, type ResolvedOptions, type SandboxOptions } from './options.js';
import { PublicAddress } from './public-address.js';
import { SandboxState } from './sandbox-state.js';
import { SandboxLifecycle } from './sandbox-lifecycle.js';
import { StateFile } from './state/state-file.js';
import { stripeControllers, stripeProviders } from './stripe/stripe.providers.js';

/** The provider-independent half (clock, delivery, faults, ledger, state) and the providers that share it. */
@Module({})
export class SandboxModule {
  static with(options: SandboxOptions): DynamicModule {
    const stateFile = new StateFile(options.stateFile);
    const clock = new VirtualClock(options.startAt ?? new Date(), options.frozen ?? false);
    return {
      module: SandboxModule,
      controllers: [HomeController, ControlController, AssetController, ...stripeControllers, ...dodoControllers],
      providers: [
        { provide: SANDBOX_OPTIONS, useValue: resolveOptions(options) },
        { provide: VirtualClock, useValue: clock },
        { provide: StateFile, useValue: stateFile },
        Agenda,
        PublicAddress,
        FaultBoard,
        Ledger,
        SandboxState,
        SandboxLifecycle,
        {
          provide: WebhookDeliverer,
          inject: [SANDBOX_OPTIONS, FaultBoard],
          useFactory: ({ delivery }: ResolvedOptions, faults: FaultBoard) =>
            new WebhookDeliverer(delivery, faults, () => stateFile.markChanged()),
        },
        {
          provide: TimeKeeper,
          inject: [VirtualClock, Agenda, WebhookDeliverer, FaultBoard],
          useFactory: (...[virtual, agenda, deliverer, faults]: [VirtualClock, Agenda, WebhookDeliverer, FaultBoard]) =>
            new TimeKeeper(virtual, agenda, deliverer, faults, () => stateFile.markChanged()),
        },
        ...stripeProviders,
        ...dodoProviders,
      ],
    };
  }
}
