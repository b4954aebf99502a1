interface ErrorBody {
  readonly type: 'invalid_request_error' | 'card_error' | 'idempotency_error' | 'api_error' | 'rate_limit_error';
  readonly code?: string;
  readonly message: string;
  readonly param?: string;
  readonly decline_code?: string;
  readonly advice_code?: string;
  readonly charge?: string;
  readonly payment_intent?: unknown;
  readonly setup_intent?: unknown;
  readonly payment_method?: unknown;
}

/** An answer that Stripe gives as `{ error: ... }`. */
export class StripeApiError extends Error {
  /** Validation failures are not remembered under an idempotency key: nothing began to execute. */
  remembered = true;

  constructor(
    readonly status: number,
    readonly body: ErrorBody,
  ) {
    super(body.message);
  }

  notRemembered(): this {
    this.remembered = false;
    return this;
  }
}

export const invalidRequest = (message: string, param?: string, code?: string): StripeApiError =>
  new StripeApiError(400, {
    type: 'invalid_request_error',
    message,
    ...(param === undefined ? {} : { param }),
    ...(code === undefined ? {} : { code }),
  });

export const resourceMissing = (noun: string, id: string, param = 'id', status = 404): StripeApiError =>
  new StripeApiError(status, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${noun}: '${id}'`,
    param,
  });

export const unknownParameter = (path: string): StripeApiError =>
  invalidRequest(`Received unknown parameter: ${path}`, path, 'parameter_unknown').notRemembered();

export const missingParameter = (path: string): StripeApiError =>
  invalidRequest(`Missing required param: ${path}.`, path, 'parameter_missing').notRemembered();
