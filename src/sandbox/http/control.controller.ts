import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { ClockStepError, TimeKeeper } from '../clock/time-keeper.js';
import { VirtualClock } from '../clock/virtual-clock.js';
import { WebhookDeliverer } from '../delivery/webhook-deliverer.js';
import { FaultBoard } from '../faults/fault-board.js';
import { readFault } from '../faults/read-fault.js';
import { Ledger } from '../ledger/ledger.js';
import { SandboxLifecycle } from '../sandbox-lifecycle.js';
import { ControlError } from './control-error.js';

type Json = Record<string, unknown>;

/** NaN for nonsense: the clock refuses it. */
const toNumber = (value: unknown): number => (value === undefined || value === '' ? 0 : Number(value));

const isText = (value: unknown): value is string => typeof value === 'string';

/** How a test or a person drives the sandbox itself. No key: it listens on the loopback only and holds test data only. */
@Controller('sandbox')
export class ControlController {
  constructor(
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(TimeKeeper) private readonly time: TimeKeeper,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(WebhookDeliverer) private readonly deliverer: WebhookDeliverer,
    @Inject(FaultBoard) private readonly faults: FaultBoard,
    @Inject(SandboxLifecycle) private readonly lifecycle: SandboxLifecycle,
  ) {}

  @Get('clock')
  readClock(): object {
    return { now: this.clock.now().toISOString() };
  }

  @Post('clock/advance')
  @HttpCode(200)
  async advance(@Body() body: Json | undefined): Promise<object> {
    const { seconds, days, to } = body ?? {};
    const date = isText(to) && to !== '' ? new Date(to) : undefined;
    try {
      await this.time.advance({
        ...(date ? { to: date } : {}),
        seconds: toNumber(seconds),
        days: toNumber(days),
      });
    } catch (error) {
      if (error instanceof ClockStepError) throw new ControlError(error.message);
      throw error;
    }
    return this.readClock();
  }

  @Get('ledger')
  readLedger(): object {
    return { data: this.ledger.list() };
  }

  @Get('deliveries')
  readDeliveries(@Query('state') state?: string): object {
    return { data: this.deliverer.list().filter((delivery) => state === undefined || delivery.state === state) };
  }

  @Post('webhook')
  @HttpCode(200)
  setWebhook(@Body() body: Json | undefined): object {
    const { url, secret, provider = 'stripe' } = body ?? {};
    if (provider !== 'stripe' && provider !== 'dodo') throw new ControlError('provider is stripe or dodo');
    if (isText(url) && url !== '' && !URL.canParse(url)) throw new ControlError('url is not an address');
    const target = this.deliverer.endpoint(provider);
    target.set(isText(url) && url !== '' ? url : undefined, isText(secret) ? secret : undefined);
    return { url: target.url() ?? null };
  }

  @Get('faults')
  readFaults(): object {
    return this.faults.list();
  }

  @Post('faults')
  @HttpCode(200)
  armFault(@Body() body: unknown): object {
    const fault = readFault(body);
    if (fault.on === 'api') this.faults.api(fault.fault);
    else this.faults.delivery(fault.fault);
    return this.faults.list();
  }

  @Delete('faults')
  clearFaults(): object {
    this.faults.clear();
    return this.faults.list();
  }

  @Post('reset')
  @HttpCode(200)
  reset(): object {
    this.lifecycle.reset();
    return this.readClock();
  }
}
