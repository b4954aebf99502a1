import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/** What makes two requests the same. Digests: no credential and no body is kept. */
export interface RequestFingerprint {
  /** Whose key it is: credentials and route. */
  readonly scope: string;
  readonly key: string;
  /** What is asked: method, path with its parameters, body. */
  readonly hash: string;
}

export function computeFingerprint(request: FastifyRequest, key: string): RequestFingerprint {
  const { authorization = '', 'x-api-key': apiKey = '' } = request.headers;
  return {
    scope: digest([authorization, String(apiKey), request.method, request.routeOptions.url ?? '']),
    key,
    hash: digest([request.method, request.url, toCanonicalText(request.body)]),
  };
}

/** Members in one order: two bodies that say the same are the same. */
function toCanonicalText(body: unknown): string {
  if (Buffer.isBuffer(body)) return body.toString('base64');
  return JSON.stringify(body, (_name, value: unknown) => (isRecord(value) ? toSorted(value) : value)) ?? '';
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const toSorted = (value: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)));

/** The parts are told apart: `['ab', 'c']` is not `['a', 'bc']`. */
const digest = (parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
