import { crc32, deflateSync } from 'node:zlib';
import { encode, renderSVG } from 'uqr';

const PIXELS_PER_MODULE = 8;
const BORDER = 4;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export const toQrSvg = (text: string): string => renderSVG(text, { ecc: 'M', border: BORDER });

/** A greyscale PNG of the code: https://www.w3.org/TR/png/ */
export function toQrPng(text: string): Buffer {
  const { data, size } = encode(text, { ecc: 'M', border: BORDER });
  const side = size * PIXELS_PER_MODULE;
  const rows = data.map((modules) => {
    const row = Buffer.alloc(side + 1);
    for (const [index, isDark] of modules.entries())
      row.fill(isDark ? 0 : 255, 1 + index * PIXELS_PER_MODULE, 1 + (index + 1) * PIXELS_PER_MODULE);
    return row;
  });
  const pixels = Buffer.concat(rows.flatMap((row) => Array.from({ length: PIXELS_PER_MODULE }, () => row)));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.writeUInt8(8, 8);
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', deflateSync(pixels)), chunk('IEND')]);
}

function chunk(type: string, content: Buffer = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(content.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
