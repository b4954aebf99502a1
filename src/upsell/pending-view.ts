import { renderSVG } from 'uqr';
import type { ChargeAttempt } from '../charging/index.js';
import type { PendingView } from './domain/view.js';

/** What the customer has to do for a payment that is under way, or that there is nothing but to wait. */
export function toPendingView(attempt: ChargeAttempt, offerUuid: string): PendingView {
  const { amount, currency, nextStep } = attempt;
  const head = { offer_uuid: offerUuid, amount, currency };
  switch (nextStep?.kind) {
    case undefined:
      return { kind: 'processing', ...head };
    case 'authenticate':
      return { kind: 'authenticate', ...head, url: nextStep.url };
    case 'checkout':
      return { kind: 'checkout', ...head, url: nextStep.url, expires_at: toTime(nextStep.expiresAt) };
    case 'pix': {
      const expires_at = toTime(nextStep.expiresAt);
      const qr_image = toQrImage(nextStep.copyPasteCode);
      return { kind: 'pix', ...head, expires_at, pix: { code: nextStep.copyPasteCode, qr_image, expires_at } };
    }
    default:
      return nextStep satisfies never;
  }
}

/** @param seconds since 1970 */
const toTime = (seconds: number): string => new Date(seconds * 1_000).toISOString();

/** Drawn here: a page loads nothing from elsewhere, not even the provider's picture. */
function toQrImage(code: string): string {
  const svg = renderSVG(code, { ecc: 'M', border: 2 });
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}
