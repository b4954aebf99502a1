import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { UnitOfWork } from '../database/index.js';
import { IdempotentRequests, type Claim, type StoredAnswer } from './idempotent-requests.js';

/**
 * Stores the answers of claimed requests, as they go out: after the handler or the error filter has written them, before the
 * first byte is sent. So what is stored is what was answered, whoever made it.
 */
@Injectable()
export class AnswerKeeper implements OnModuleInit {
  private readonly logger = new Logger(AnswerKeeper.name);
  private readonly claims = new WeakMap<FastifyRequest, Claim>();

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly unitOfWork: UnitOfWork,
    private readonly requests: IdempotentRequests,
  ) {}

  onModuleInit(): void {
    const fastify: FastifyInstance = this.adapterHost.httpAdapter.getInstance();
    fastify.addHook('onSend', (request, reply, payload, done) => {
      const claim = this.claims.get(request);
      if (!claim) return done(null, payload);
      this.claims.delete(request); // an answer that cannot be sent is replaced by another, which is not the request's
      void this.settle(claim, toAnswer(reply, payload)).finally(() => done(null, payload));
    });
  }

  /** The request runs under this claim: its answer is to be stored. */
  expectAnswer(request: FastifyRequest, claim: Claim): void {
    this.claims.set(request, claim);
  }

  /**
   * Never throws: what the handler did is done, and its caller must hear of it. Where the answer could not be stored, the key
   * is free once its lock ends, and the handler, which does nothing twice, answers again.
   */
  private async settle(claim: Claim, answer: StoredAnswer | undefined): Promise<void> {
    try {
      await this.unitOfWork.run((tx) =>
        answer ? this.requests.complete(tx, claim, answer) : this.requests.release(tx, claim),
      );
    } catch (error) {
      this.logger.error({ message: 'the answer to an idempotent request could not be stored', err: error });
    }
  }
}

/** @returns undefined for what is not stored: failures of ours, after which the same request may run again, and streams */
function toAnswer(reply: FastifyReply, payload: unknown): StoredAnswer | undefined {
  const isText = typeof payload === 'string' || payload === undefined || payload === null;
  if (reply.statusCode >= 500 || !isText) return undefined;
  return {
    status: reply.statusCode,
    contentType: toText(reply.getHeader('content-type')),
    language: toText(reply.getHeader('content-language')),
    body: payload ?? '',
  };
}

const toText = (header: unknown): string | null => (typeof header === 'string' ? header : null);
