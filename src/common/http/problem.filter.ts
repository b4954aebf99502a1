import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../../config/index.js';
import { isDatabaseUnavailable } from '../database/index.js';
import { ApplicationError, ERRORS, type ErrorCode } from '../errors/index.js';
import { PROBLEM_TYPE, toProblem } from './problem.js';

const CODE_BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  409: 'conflict',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  422: 'validation_failed',
  429: 'too_many_requests',
  503: 'service_unavailable',
};

declare module 'fastify' {
  interface FastifyRequest {
    /** Why it was refused, for the log. */
    problemCode?: ErrorCode;
  }
}

/** Every error leaves as a problem document; what is not expected is logged whole and told to nobody. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(private readonly config: Config) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.send(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Also for errors that Fastify raises before Nest sees the request, such as a malformed URL. */
  send(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    if (reply.sent) return;
    const failure = toApplicationError(error);
    const { code, fields, extensions, retryAfterSeconds } = failure;
    const detail = failure.detail ?? describeChallenge(reply.getHeader('www-authenticate'));
    if (ERRORS[code].status >= 500) this.log(error, code);
    request.problemCode = code;
    const language = request.language ?? this.config.defaultLanguage;
    const problem = toProblem(code, { language, requestId: request.id, detail, fields, extensions });
    if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
    void reply
      .status(problem.status)
      .header('content-type', PROBLEM_TYPE)
      .header('content-language', language)
      .send(JSON.stringify(problem));
  }

  /** What is expected is a line: at `warn` where something else is at fault, at `info` where it was decided here. */
  private log(error: unknown, code: ErrorCode): void {
    const message = `request failed: ${code}`;
    if (!(error instanceof ApplicationError) || code === 'internal_error') {
      return this.logger.error({ message, code, err: error });
    }
    const { detail, cause } = error;
    if (cause === undefined) this.logger.log({ message, code, detail });
    else this.logger.warn({ message, code, detail, error: toCauseText(cause) });
  }
}

const CHALLENGES: Readonly<Record<string, string>> = {
  ApiKey: 'Send a valid key in the header X-Api-Key.',
  Bearer: 'Send a valid token in the header Authorization, as: Bearer TOKEN.',
};

/** The header that a guard waits for; nothing of why what was shown is not good. */
function describeChallenge(challenge: unknown): string | undefined {
  return typeof challenge === 'string' ? CHALLENGES[challenge.split(' ', 1)[0] ?? ''] : undefined;
}

function toApplicationError(error: unknown): ApplicationError {
  if (error instanceof ApplicationError) return error;
  if (error instanceof HttpException) {
    const code = CODE_BY_STATUS[error.getStatus()];
    return new ApplicationError(code ?? (error.getStatus() < 500 ? 'malformed_request' : 'internal_error'));
  }
  // Fastify's own: 413, 415, invalid JSON, malformed URL
  const { statusCode } = (error ?? {}) as { statusCode?: number };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new ApplicationError(CODE_BY_STATUS[statusCode] ?? 'malformed_request');
  }
  return new ApplicationError(isDatabaseUnavailable(error) ? 'service_unavailable' : 'internal_error', {
    cause: error,
  });
}

/** What went wrong and what brought that about, as `fetch failed: connect ECONNREFUSED`. */
function toCauseText(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? `${cause.message}: ${cause.cause.message}` : cause.message;
}
