export const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/avif'] as const;
export type ImageType = (typeof IMAGE_TYPES)[number];

/** Enough of a file's beginning for `computeImageType`: an AVIF file lists its brands there. */
const BRANDS_END = 64;

/**
 * What kind of picture the bytes are, by their beginning. What a caller calls them does not count: a page in HTML that is
 * served as it came would run as our own.
 *
 * Sources: PNG 5.2, JPEG (ITU T.81 B.1.1.3), WebP container (RIFF), AVIF 1.1 section 6 (ISO base media file type box).
 *
 * @returns undefined for everything else, SVG too, which can carry scripts
 */
export function computeImageType(bytes: Uint8Array): ImageType | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, BRANDS_END));
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'image/webp';
  return isAvif(bytes, text) ? 'image/avif' : undefined;
}

/** A file type box (size, `ftyp`, major brand, version, compatible brands) that names the brand `avif`, or `avis` for a moving one. */
function isAvif(bytes: Uint8Array, text: string): boolean {
  if (text.slice(4, 8) !== 'ftyp') return false;
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const brands = [text.slice(8, 12), ...(text.slice(16, size).match(/.{4}/gs) ?? [])];
  return brands.includes('avif') || brands.includes('avis');
}
