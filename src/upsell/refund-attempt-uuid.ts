import { createHash } from 'node:crypto';

/**
 * The name of the attempt that a request makes, the same for each of its repetitions: a version 8 UUID (RFC 9562).
 *
 * @param tries how many attempts of the request have failed before
 */
export function computeRefundAttemptUuid(requestId: string, tries: number): string {
  const digest = createHash('sha256').update(`refund:${requestId}:${tries}`).digest('hex');
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const parts = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
  ];
  return [...parts, digest.slice(20, 32)].join('-');
}
