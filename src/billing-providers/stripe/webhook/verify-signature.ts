import { createHmac, timingSafeEqual } from 'node:crypto';

/** Stripe's own tolerance (docs.stripe.com/webhooks/signature#replay-attacks); here it also bounds the future. */
const TOLERANCE_SECONDS = 300;
/** A real header has some 120 characters per secret that is being rotated. */
const LONGEST_HEADER = 4_096;
const MOST_SIGNATURES = 16;

interface SignatureHeader {
  readonly timestamp: string;
  readonly signatures: readonly Buffer[];
}

/**
 * Whether one of the secrets signed these very bytes within five minutes of now, before or after. Never throws. Works on the
 * raw bytes: the SDK's helper decodes them first, accepts the future, takes one secret, and parses what it has verified.
 *
 * @param nowSeconds by the system's clock; seconds since 1970
 */
export function isSignedBy(
  secrets: readonly string[],
  rawBody: Buffer,
  header: string | string[] | undefined,
  nowSeconds: number,
): boolean {
  const parsed = typeof header === 'string' ? parseHeader(header) : undefined;
  // Without a signature that could hold, the body (up to 2 MiB, of anybody) is not hashed.
  if (!parsed || parsed.signatures.length === 0) return false;
  if (Math.abs(nowSeconds - Number(parsed.timestamp)) > TOLERANCE_SECONDS) return false;
  let isSigned = false;
  for (const secret of secrets) {
    const expected = createHmac('sha256', secret).update(`${parsed.timestamp}.`).update(rawBody).digest();
    // Every pair is compared, so that the time taken says nothing about which one held.
    for (const signature of parsed.signatures) isSigned = timingSafeEqual(expected, signature) || isSigned;
  }
  return isSigned;
}

/** `t=<seconds>,v1=<hex>[,v1=<hex>...][,v0=...]`; other schemes are passed over, anything ambiguous is refused. */
function parseHeader(header: string): SignatureHeader | undefined {
  if (header.length > LONGEST_HEADER) return undefined;
  const parts = header.split(',').map((part) => part.split('='));
  const timestamps = parts.filter(([key]) => key === 't').map(([, value]) => value ?? '');
  const signatures = parts.filter(([key]) => key === 'v1').map(([, value]) => value ?? '');
  const [timestamp] = timestamps;
  if (timestamp === undefined || timestamps.length > 1 || !/^\d{1,12}$/.test(timestamp)) return undefined;
  if (signatures.length > MOST_SIGNATURES) return undefined;
  const wellFormed = signatures.filter((signature) => /^[0-9a-f]{64}$/.test(signature));
  return { timestamp, signatures: wellFormed.map((signature) => Buffer.from(signature, 'hex')) };
}
