import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { of, type Observable } from 'rxjs';
import { UnitOfWork } from '../database/index.js';
import { ApplicationError } from '../errors/index.js';
import { AnswerKeeper } from './answer-keeper.js';
import { IdempotencyMetrics } from './idempotency-metrics.js';
import { IdempotentRequests, type Claim, type KnownRequest, type StoredAnswer } from './idempotent-requests.js';
import { computeFingerprint, type RequestFingerprint } from './request-fingerprint.js';

export const IDEMPOTENCY_HEADER = 'Idempotency-Key';

export interface IdempotencyOptions {
  /** Whether a request without the header is refused. */
  readonly required: boolean;
}

/** What a route was decorated with. */
export const RouteIdempotency = Reflector.createDecorator<IdempotencyOptions>();

const KEY = /^[\x20-\x7e]{1,255}$/;
const MISSING =
  'is required: this moves money, and without a key the same request sent twice moves it twice; send a new UUID for each ' +
  'action, and the same one when you repeat it';
const RETRY_SECONDS = '1';
/** A key may become free between the look and the claim, but not again and again. */
const MAXIMUM_TRIES = 3;

/** Runs a request that carries an `Idempotency-Key` once, and answers its repetitions with what was answered first. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly requests: IdempotentRequests,
    private readonly answers: AnswerKeeper,
    private readonly outcomes: IdempotencyMetrics,
    private readonly reflector: Reflector,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const key = readKey(request);
    if (key === undefined) {
      if (this.reflector.get(RouteIdempotency, context.getHandler()).required) throw refuseKey(MISSING);
      return next.handle();
    }
    const known = await this.claim(request, computeFingerprint(request, key));
    this.outcomes.count(known?.state ?? 'claimed');
    return known ? of(answerAgain(known, http.getResponse<FastifyReply>())) : next.handle();
  }

  /** @returns what is known of the request where another run has its key; undefined: it runs now */
  private async claim(request: FastifyRequest, fingerprint: RequestFingerprint): Promise<KnownRequest | undefined> {
    for (let tries = 1; tries <= MAXIMUM_TRIES; tries++) {
      const claim: Claim | undefined = await this.unitOfWork.run((tx) => this.requests.claim(tx, fingerprint));
      if (claim) {
        this.answers.expectAnswer(request, claim);
        return undefined;
      }
      const known = await this.requests.find(fingerprint);
      if (known) return known;
    }
    return { state: 'in_flight' };
  }
}

/** @throws ApplicationError validation_failed */
function readKey(request: FastifyRequest): string | undefined {
  const key = request.headers[IDEMPOTENCY_HEADER.toLowerCase()];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && KEY.test(key)) return key;
  throw refuseKey('must be 1 to 255 printable ASCII characters');
}

const refuseKey = (message: string): ApplicationError =>
  new ApplicationError('validation_failed', { fields: [{ field: IDEMPOTENCY_HEADER, message }] });

/** @throws ApplicationError idempotency_key_reused, idempotency_in_flight */
function answerAgain(known: KnownRequest, reply: FastifyReply): string | undefined {
  switch (known.state) {
    case 'answered':
      return replay(known.answer, reply);
    case 'in_flight':
      void reply.header('retry-after', RETRY_SECONDS);
      throw new ApplicationError('idempotency_in_flight');
    case 'different':
      throw new ApplicationError('idempotency_key_reused');
    default:
      throw new Error(`unknown state ${JSON.stringify(known satisfies never)}`);
  }
}

function replay(answer: StoredAnswer, reply: FastifyReply): string | undefined {
  void reply.status(answer.status).header('idempotent-replayed', 'true');
  if (answer.contentType !== null) void reply.header('content-type', answer.contentType);
  if (answer.language !== null) void reply.header('content-language', answer.language);
  return answer.body === '' ? undefined : answer.body;
}
