import { createHmac, timingSafeEqual } from 'node:crypto';

/** Of the Standard Webhooks libraries, which also bound the future. */
export const TOLERANCE_SECONDS = 300;
/** A real header has some 50 characters per secret that is being rotated. */
const LONGEST_HEADER = 4_096;
const MOST_SIGNATURES = 16;
/** What is signed beside the body: no real id has anything else, and none of it needs an encoding. */
const EVENT_ID = /^[\x21-\x7e]{1,255}$/;
const TIMESTAMP = /^[1-9]\d{0,11}$/;
/** 32 bytes. */
const SIGNATURE = /^[A-Za-z0-9+/]{43}=$/;

/** The three headers of a delivery, each as it came. */
export interface SignatureHeaders {
  readonly id: string | string[] | undefined;
  readonly timestamp: string | string[] | undefined;
  readonly signature: string | string[] | undefined;
}

/**
 * Whether one of the secrets signed this id, time and these very bytes within five minutes of now (standardwebhooks.com). Never
 * throws. Works on the raw bytes: the SDK's `unwrap` decodes them first, takes one secret, and verifies nothing without headers.
 *
 * @param secrets `whsec_` and base64
 * @param nowSeconds by the system's clock; seconds since 1970
 * @returns the id, which the signature covers; undefined when no signature holds
 */
export function verifySignature(
  secrets: readonly string[],
  rawBody: Buffer,
  { id, timestamp, signature }: SignatureHeaders,
  nowSeconds: number,
): string | undefined {
  if (typeof id !== 'string' || !EVENT_ID.test(id)) return undefined;
  if (typeof timestamp !== 'string' || !TIMESTAMP.test(timestamp)) return undefined;
  if (Math.abs(nowSeconds - Number(timestamp)) > TOLERANCE_SECONDS) return undefined;
  const signatures = typeof signature === 'string' ? parseSignatures(signature) : [];
  // Without one that could hold, the body (up to 2 MiB, of anybody) is not hashed.
  if (signatures.length === 0) return undefined;
  let isSigned = false;
  for (const secret of secrets) {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    const digest = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(rawBody).digest('base64');
    const expected = Buffer.from(digest);
    // Every pair is compared, so that the time taken says nothing about which one held.
    for (const one of signatures) isSigned = timingSafeEqual(expected, one) || isSigned;
  }
  return isSigned ? id : undefined;
}

/** `v1,<base64>`, several separated by spaces; other schemes are passed over. */
function parseSignatures(header: string): readonly Buffer[] {
  if (header.length > LONGEST_HEADER) return [];
  const current = header.split(' ').flatMap((part) => (part.startsWith('v1,') ? [part.slice('v1,'.length)] : []));
  if (current.length > MOST_SIGNATURES) return [];
  return current.filter((one) => SIGNATURE.test(one)).map((one) => Buffer.from(one));
}
