import { createHash, randomBytes } from 'node:crypto';

const KEY_PREFIX = 'upl_';
const KEY_BYTES = 32;
/** Enough to tell keys apart, too little to guess the rest. */
const SHOWN_LENGTH = KEY_PREFIX.length + 8;

/** A new key: `upl_` and 32 random bytes in base64url. Hard to guess, so one plain hash is enough to keep it. */
export const createApiKeySecret = (): string => KEY_PREFIX + randomBytes(KEY_BYTES).toString('base64url');

/** SHA-256 in lower-case hexadecimal. */
export const computeKeyHash = (key: string): string => createHash('sha256').update(key, 'utf8').digest('hex');

export const computeKeyPrefix = (key: string): string => key.slice(0, SHOWN_LENGTH);
