export interface CallOptions {
  readonly body?: unknown;
  /** Customer token. */
  readonly token?: string;
  readonly apiKey?: string;
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; the text where it is not JSON; undefined when empty. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of every shape
  readonly body: any;
}

export type Call = (method: string, path: string, options?: CallOptions) => Promise<Answer>;

/** Calls `baseUrl` over real HTTP. Strings and bytes go out as they are, other bodies as JSON. */
export const callerOf =
  (baseUrl: string): Call =>
  async (method, path, { body, token, apiKey, headers } = {}) => {
    const request: RequestInit = {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(apiKey ? { 'x-api-key': apiKey } : {}),
        ...headers,
      },
    };
    if (body !== undefined) request.body = isRaw(body) ? body : JSON.stringify(body);
    const response = await fetch(`${baseUrl}${path}`, request);
    return { status: response.status, headers: response.headers, body: parse(await response.text()) };
  };

const isRaw = (body: unknown): body is string | Uint8Array<ArrayBuffer> =>
  typeof body === 'string' || body instanceof Uint8Array;

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
