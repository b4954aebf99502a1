/** An answer that Dodo gives as `{code, message}`: docs.dodopayments.com/api-reference/error-codes */
export class DodoApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const notFound = (message = 'Item not found'): DodoApiError => new DodoApiError(404, 'NOT_FOUND', message);

/** A body that breaks the schema. Dodo's own words end with its first sentence. */
export const invalidBody = (detail: string): DodoApiError =>
  new DodoApiError(
    422,
    'INVALID_REQUEST_BODY',
    `Your request body is invalid. Please check your request headers and object. ${detail}`,
  );

/** A body or a query whose fields are right and whose meaning is not. */
export const invalidParameters = (message: string): DodoApiError =>
  new DodoApiError(422, 'INVALID_REQUEST_PARAMETERS', message);

/** A rule of the business. Dodo documents the codes and not their statuses: whoever reads must look at the code. */
export const refused = (code: string, message: string, status = 422): DodoApiError =>
  new DodoApiError(status, code, message);
