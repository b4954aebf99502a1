import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { FaultBoard } from '../../faults/fault-board.js';
import type { ApiFault } from '../../faults/fault.types.js';
import { SANDBOX_OPTIONS, type ResolvedOptions } from '../../options.js';
import { StateFile } from '../../state/state-file.js';
import { API_VERSION } from '../objects/event-log.js';
import { newId } from '../objects/identifiers.js';
import { RequestContext } from '../objects/request-context.js';
import { StripeStore } from '../objects/stripe-store.js';
import { Expander } from '../wire/expand.js';
import { parseForm, type FormHash } from '../wire/form-body.js';
import { Idempotency } from '../wire/idempotency.js';
import { listOf, text } from '../wire/parameters.js';
import { StripeApiError } from '../wire/stripe-error.js';
import { OperationTable } from './operation-table.js';

const HANG_MILLISECONDS = 120_000;

export interface IncomingCall {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Record<string, string>;
}

/** What the caller gets: an answer, or a connection that breaks. */
export type CallResult = { readonly kind: 'answer'; readonly answer: Answer } | { readonly kind: 'broken' };

/**
 * Every call passes the same gates in Stripe's order: key, version, idempotency, parameters, the operation, expansion.
 * Armed faults act between them.
 */
@Injectable()
export class CallPipeline {
  private readonly logger = new Logger('SandboxStripeApi');
  private readonly idempotency: Idempotency;

  constructor(
    @Inject(OperationTable) private readonly table: OperationTable,
    @Inject(Expander) private readonly expander: Expander,
    @Inject(FaultBoard) private readonly faults: FaultBoard,
    @Inject(RequestContext) private readonly context: RequestContext,
    @Inject(StateFile) private readonly stateFile: StateFile,
    @Inject(SANDBOX_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(StripeStore) store: StripeStore,
    @Inject(VirtualClock) clock: VirtualClock,
  ) {
    this.idempotency = new Idempotency(store, clock);
  }

  async handle(call: IncomingCall): Promise<CallResult> {
    const requestId = newId('request');
    const key = call.method === 'POST' ? header(call, 'idempotency-key') : undefined;
    const headers = {
      'content-type': 'application/json',
      'request-id': requestId,
      'stripe-version': header(call, 'stripe-version') ?? API_VERSION,
      ...(key ? { 'idempotency-key': key, 'original-request': requestId } : {}),
    };
    const fail = (error: unknown): CallResult => ({
      kind: 'answer',
      answer: { ...this.toErrorAnswer(error), headers },
    });
    let fault: ApiFault | undefined;
    try {
      this.authenticate(call);
      fault = this.faults.takeForCall(call.method, call.path);
      if (fault?.kind === 'dropRequest') return { kind: 'broken' };
      if (fault?.kind === 'hang') {
        await sleep(fault.milliseconds ?? HANG_MILLISECONDS, undefined, { ref: false });
        return { kind: 'broken' };
      }
      const fingerprint = `${call.method} ${call.path} ${call.body.split('&').toSorted().join('&')}`;
      const known = key ? this.idempotency.begin(key, fingerprint) : undefined;
      if (known)
        return {
          kind: 'answer',
          answer: { status: known.status, body: known.body, headers: { ...headers, 'idempotent-replayed': 'true' } },
        };
      try {
        const answer = await this.perform(call, requestId, key, fault, fingerprint);
        if (fault?.kind === 'loseResponse') return { kind: 'broken' };
        return { kind: 'answer', answer: { ...answer, headers } };
      } finally {
        if (key) this.idempotency.end(key);
      }
    } catch (error) {
      return fail(error);
    }
  }

  private async perform(
    call: IncomingCall,
    requestId: string,
    key: string | undefined,
    fault: ApiFault | undefined,
    fingerprint: string,
  ): Promise<{ status: number; body: string }> {
    if (fault?.kind === 'slow') await sleep(fault.milliseconds, undefined, { ref: false });
    const performed = fault?.kind === 'status' ? this.injected(fault) : this.execute(call, requestId, key);
    const { answer, isRemembered } =
      fault?.kind === 'failAfter' ? this.injected({ kind: 'status', status: 500 }) : performed;
    if (key && isRemembered) this.idempotency.remember(key, fingerprint, answer);
    if (call.method !== 'GET') this.stateFile.markChanged();
    if (fault?.kind === 'answerLate') await sleep(fault.milliseconds, undefined, { ref: false });
    return answer;
  }

  private execute(call: IncomingCall, id: string, key: string | undefined) {
    try {
      const response = this.context.run({ id, idempotency_key: key ?? null }, () => this.run(call));
      return { answer: { status: 200, body: JSON.stringify(response, null, 2) }, isRemembered: true };
    } catch (error) {
      return {
        answer: this.toErrorAnswer(error),
        isRemembered: !(error instanceof StripeApiError) || error.remembered,
      };
    }
  }

  private run(call: IncomingCall): unknown {
    const { operation, id } = this.table.find(call.method, call.path);
    const { expand, ...raw }: FormHash = { ...parseForm(call.query), ...parseForm(call.body) };
    const paths = expand === undefined ? [] : listOf(text).read(expand, 'expand');
    const params = operation.parameters.read(raw, '');
    return this.expander.expand(operation.run({ id, params: params as never }), paths);
  }

  private authenticate(call: IncomingCall): void {
    const authorization = header(call, 'authorization') ?? '';
    const given = readKey(authorization);
    const wanted = Buffer.from(this.options.stripe.secretKey);
    if (given.length === wanted.length && timingSafeEqual(given, wanted)) this.requireVersion(call);
    else
      throw new StripeApiError(401, {
        type: 'invalid_request_error',
        message: authorization
          ? `Invalid API Key provided: ${mask(given.toString())}`
          : "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
      });
  }

  private requireVersion(call: IncomingCall): void {
    const version = header(call, 'stripe-version');
    if (version !== undefined && version !== API_VERSION)
      throw new StripeApiError(400, {
        type: 'invalid_request_error',
        message: `Invalid Stripe API version: ${version}. The sandbox speaks ${API_VERSION}.`,
      });
  }

  private injected(fault: Extract<ApiFault, { kind: 'status' }>) {
    const error =
      fault.status === 429
        ? new StripeApiError(429, {
            type: 'rate_limit_error',
            code: 'rate_limit',
            message: 'Too many requests hit the API too quickly.',
          })
        : new StripeApiError(fault.status, { type: 'api_error', message: 'An unknown error occurred (armed fault).' });
    return { answer: this.toErrorAnswer(error), isRemembered: fault.remembered ?? fault.status === 500 };
  }

  private toErrorAnswer(error: unknown): { status: number; body: string } {
    if (!(error instanceof StripeApiError)) this.logger.error(error);
    const known =
      error instanceof StripeApiError
        ? error
        : new StripeApiError(500, { type: 'api_error', message: `The sandbox failed: ${String(error)}` });
    const { code } = known.body;
    const link = code ? { doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}` } : {};
    return { status: known.status, body: JSON.stringify({ error: { ...known.body, ...link } }, null, 2) };
  }
}

function header(call: IncomingCall, name: string): string | undefined {
  const value = call.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The key as a bearer token, or as Stripe's documentation shows it to curl (`-u sk_test_...:`): the user of HTTP Basic. */
function readKey(authorization: string): Buffer {
  const basic = /^Basic +([\w+/=]+)$/i.exec(authorization)?.[1];
  if (basic === undefined) return Buffer.from(authorization.replace(/^Bearer /i, ''));
  return Buffer.from(Buffer.from(basic, 'base64').toString('utf8').split(':', 1)[0] ?? '');
}

const mask = (key: string): string =>
  key.length < 12 ? '*'.repeat(key.length) : `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}`;
