import { HttpException } from '@nestjs/common';
import { isDatabaseUnavailable } from '../../common/database/index.js';
import { ApplicationError, type ErrorCode } from '../../common/errors/index.js';

/** The Dodo document's texts. */
const NOTHING = 'No upsell available';
const FAILED = 'Upsell processing failed';

/** There is nothing, or nothing any more, to say yes or no to. */
const NOTHING_CODES: readonly ErrorCode[] = ['upsell_not_available', 'upsell_session_not_found', 'upsell_session_over'];
/** Before anything was processed. */
const PLAIN_CODES: readonly ErrorCode[] = ['provider_customer_not_found'];

/** Gives a failure the member `error` that the document has, beside all that problems have here. */
export async function asFace<Answer>(work: Promise<Answer>): Promise<Answer> {
  try {
    return await work;
  } catch (error) {
    throw toFaceProblem(error);
  }
}

function toFaceProblem(error: unknown): unknown {
  if (error instanceof HttpException) return error;
  if (!(error instanceof ApplicationError)) {
    const code = isDatabaseUnavailable(error) ? 'service_unavailable' : 'internal_error';
    return new ApplicationError(code, { cause: error, extensions: { error: FAILED } });
  }
  const { code, detail, fields, cause } = error;
  if (PLAIN_CODES.includes(code)) return error;
  if (NOTHING_CODES.includes(code)) {
    return new ApplicationError('upsell_not_available', { extensions: { error: NOTHING }, cause: error });
  }
  // `current` is the page of whoever is on it.
  const { current: _page, ...extensions } = error.extensions ?? {};
  return new ApplicationError(code, { detail, fields, cause, extensions: { ...extensions, error: FAILED } });
}
