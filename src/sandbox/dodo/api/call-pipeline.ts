import { timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { FaultBoard } from '../../faults/fault-board.js';
import type { ApiFault } from '../../faults/fault.types.js';
import { SANDBOX_OPTIONS, type ResolvedOptions } from '../../options.js';
import { StateFile } from '../../state/state-file.js';
import { DodoApiError } from '../wire/dodo-error.js';
import { RateWindow } from '../wire/rate-window.js';
import { DodoOperationTable } from './operation-table.js';

const HANG_MILLISECONDS = 120_000;
const PREFIX = '/dodo';

export interface IncomingCall {
  readonly method: string;
  /** With the sandbox's `/dodo`, as faults name it. */
  readonly path: string;
  readonly query: string;
  /** The parsed JSON; undefined when there is none. */
  readonly body: unknown;
  readonly authorization: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Record<string, string>;
}

/** What the caller gets: an answer, or a connection that breaks. */
export type CallResult = { readonly kind: 'answer'; readonly answer: Answer } | { readonly kind: 'broken' };

/**
 * Every call passes the same gates: key, armed fault, parameters, the operation. No key makes a repeated call harmless:
 * whatever header comes with it, it happens again.
 */
@Injectable()
export class DodoCallPipeline {
  private readonly logger = new Logger('SandboxDodoApi');
  private readonly rate = new RateWindow();

  constructor(
    @Inject(DodoOperationTable) private readonly table: DodoOperationTable,
    @Inject(FaultBoard) private readonly faults: FaultBoard,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(StateFile) private readonly stateFile: StateFile,
    @Inject(SANDBOX_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  async handle(call: IncomingCall): Promise<CallResult> {
    const outcome = await this.perform(call);
    if (outcome === 'broken') return { kind: 'broken' };
    const headers = {
      ...(outcome.body === '' ? {} : { 'content-type': 'application/json' }),
      // The sandbox's clock is the provider's clock, also here.
      date: this.clock.now().toUTCString(),
      ...this.rate.headers(),
    };
    return { kind: 'answer', answer: { ...outcome, headers } };
  }

  private async perform(call: IncomingCall): Promise<{ status: number; body: string } | 'broken'> {
    try {
      this.authenticate(call);
      const fault = this.faults.takeForCall(call.method, call.path);
      if (fault?.kind === 'dropRequest') return 'broken';
      if (fault?.kind === 'hang') {
        await sleep(fault.milliseconds ?? HANG_MILLISECONDS, undefined, { ref: false });
        return 'broken';
      }
      if (fault?.kind === 'slow') await sleep(fault.milliseconds, undefined, { ref: false });
      if (fault?.kind === 'status') throw injected(fault);
      const answer = this.execute(call);
      if (fault?.kind === 'failAfter') throw injected({ kind: 'status', status: 500 });
      if (fault?.kind === 'answerLate') await sleep(fault.milliseconds, undefined, { ref: false });
      return fault?.kind === 'loseResponse' ? 'broken' : answer;
    } catch (error) {
      return this.toErrorAnswer(error);
    }
  }

  private execute(call: IncomingCall): { status: number; body: string } {
    try {
      const { operation, ids } = this.table.find(call.method, call.path.slice(PREFIX.length));
      const raw = call.body ?? Object.fromEntries(new URLSearchParams(call.query));
      const params = operation.parameters.read(raw, '');
      const response = operation.run({ id: ids[0] ?? '', second: ids[1] ?? '', params: params as never });
      return { status: 200, body: response === undefined ? '' : JSON.stringify(response) };
    } catch (error) {
      return this.toErrorAnswer(error);
    } finally {
      if (call.method !== 'GET') this.stateFile.markChanged();
    }
  }

  private authenticate(call: IncomingCall): void {
    const given = Buffer.from((call.authorization ?? '').replace(/^Bearer /i, ''));
    const wanted = Buffer.from(this.options.dodo.apiKey);
    if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
    throw new DodoApiError(401, 'UNAUTHORIZED', 'You are not authorised to perform this action');
  }

  private toErrorAnswer(error: unknown): { status: number; body: string } {
    if (!(error instanceof DodoApiError)) this.logger.error(error);
    const { status, code, message } =
      error instanceof DodoApiError
        ? error
        : new DodoApiError(500, 'INTERNAL_SERVER_ERROR', `The sandbox failed: ${String(error)}`);
    return { status, body: JSON.stringify({ code, message }) };
  }
}

const injected = ({ status }: Extract<ApiFault, { kind: 'status' }>): DodoApiError =>
  status === 429
    ? new DodoApiError(429, 'TOO_MANY_REQUESTS', 'Too many requests')
    : new DodoApiError(status, 'INTERNAL_SERVER_ERROR', 'An unknown error occurred (armed fault)');
