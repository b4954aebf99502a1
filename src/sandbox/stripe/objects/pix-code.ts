/** One field of a BR Code: two digits of name, two of length, then the value. */
const field = (name: string, value: string): string => `${name}${String(value.length).padStart(2, '0')}${value}`;

/** CRC-16/CCITT-FALSE, as the standard asks for it. */
function checksum(text: string): string {
  let crc = 0xffff;
  for (const byte of Buffer.from(text, 'utf8')) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
}

/**
 * A dynamic Pix code ("copia e cola") of the Banco Central's manual. Its location names no real host, so no bank can
 * take it for a payment.
 *
 * @param amount centavos
 */
export function toPixCode(reference: string, amount: number): string {
  const code = [
    field('00', '01'),
    field('01', '12'),
    field('26', field('00', 'br.gov.bcb.pix') + field('25', `pix.sandbox.invalid/${reference}`)),
    field('52', '0000'),
    field('53', '986'),
    field('54', (amount / 100).toFixed(2)),
    field('58', 'BR'),
    field('59', 'PROVIDER SANDBOX'),
    field('60', 'SAO PAULO'),
    field('62', field('05', '***')),
    '6304',
  ].join('');
  return code + checksum(code);
}
