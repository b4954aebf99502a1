import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../../config/index.js';
import { ERRORS, type ErrorCode } from '../errors/index.js';
import { PROBLEM_TYPE, toProblem } from './problem.js';

const CODES: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

/**
 * Answers what Node's own parser refuses, such as headers that are too long or a request that never ends: there is no request
 * yet that a filter could see. Such an answer is a problem document too, and the last one on its connection.
 */
export const createClientErrorHandler =
  (config: Config, logger: FastifyBaseLogger) =>
  (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const code = CODES[error.code ?? ''] ?? 'malformed_request';
    const requestId = randomUUID();
    logger.info({ request_id: requestId, code, reason: error.code }, 'request refused');
    if (socket.writable) socket.end(toAnswer(code, requestId, config));
    else socket.destroy();
  };

function toAnswer(code: ErrorCode, requestId: string, { defaultLanguage: language }: Config): string {
  const body = JSON.stringify(toProblem(code, { language, requestId }));
  const { status } = ERRORS[code];
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Language: ${language}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
