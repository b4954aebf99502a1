import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { computeImageType } from './image-type.js';

const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe('computeImageType', () => {
  test.each([
    ['\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'image/png'],
    ['\xff\xd8\xff\xe0\0\x10JFIF', 'image/jpeg'],
    ['RIFF\x24\0\0\0WEBPVP8 ', 'image/webp'],
    ['\0\0\0\x1cftypavif\0\0\0\0mif1avifmiaf', 'image/avif'],
    ['\0\0\0\x1cftypavis\0\0\0\0avisavifmsf1', 'image/avif'],
    ['\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf', 'image/avif'],
  ])('%j is %s', (text, expected) => {
    expect(computeImageType(bytesOf(text))).toBe(expected);
  });

  test.each([
    ['nothing', ''],
    ['an unfinished PNG signature', '\x89PNG\r\n'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['HTML', '<!doctype html>'],
    ['GIF', 'GIF89a'],
    ['a sound in a RIFF container', 'RIFF\x24\0\0\0WAVEfmt '],
    ['a film', '\0\0\0\x18ftypmp42\0\0\0\0mp42isom'],
    ['a brand after the box that would list it', '\0\0\0\x14ftypmp42\0\0\0\0isomavif'],
    ['a box too short for a size', '\0\0ft'],
  ])('%s is no picture that we take', (_what, text) => {
    expect(computeImageType(bytesOf(text))).toBeUndefined();
  });

  test('any bytes, of any length and at any offset of their buffer, have an answer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(20), (bytes, offset) => {
        const view = Uint8Array.from([...new Uint8Array(offset), ...bytes]).subarray(offset);
        expect(computeImageType(view)).toBe(computeImageType(bytes));
      }),
    );
  });
});
