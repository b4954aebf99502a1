import { ApplicationError } from '../errors/index.js';

/**
 * A URL that a customer's browser may be sent back to: http(s), of an allowed origin, without credentials in it.
 *
 * @throws ApplicationError return_url_not_allowed
 */
export function checkReturnUrl(url: string, allowedOrigins: readonly string[], field: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isAllowed =
    parsed !== undefined &&
    /^https?:$/.test(parsed.protocol) &&
    allowedOrigins.includes(parsed.origin) &&
    parsed.username === '' &&
    parsed.password === '';
  if (!isAllowed) {
    const message = `must start with one of: ${allowedOrigins.join(', ')}`;
    throw new ApplicationError('return_url_not_allowed', { fields: [{ field, message }] });
  }
  return parsed.href;
}
