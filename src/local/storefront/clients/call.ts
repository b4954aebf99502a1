/** What went over the wire, for the panel that shows it. It never holds a key or a token. */
export interface RecordedCall {
  readonly method: string;
  readonly path: string;
  /** Who calls, and by which credential. */
  readonly actor: string;
  /** Null: no answer came. */
  readonly status: number | null;
  readonly milliseconds: number;
  readonly requestBody?: unknown;
  readonly responseBody?: unknown;
}

/** RFC 9457, with Uplift's stable `code` and its `message` in the caller's language. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** The whole document: some problems say more, such as a new quote. */
  readonly details: Readonly<Record<string, unknown>>;
}

export type Result<Body> =
  | { readonly ok: true; readonly status: number; readonly body: Body }
  | { readonly ok: false; readonly status: number; readonly problem: Problem };

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly actor: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as a form, instead. */
  readonly form?: Readonly<Record<string, string>>;
  readonly timeoutMilliseconds?: number;
}

export type Recorder = (call: RecordedCall) => void;

/** For calls that nobody is shown. */
export const unrecorded: Recorder = () => undefined;

/** The other side did not answer at all: nothing is known of what it did. */
export class Unreachable extends Error {
  constructor(
    readonly url: string,
    cause: unknown,
  ) {
    super(`${url} does not answer`, { cause });
  }
}

const TIMEOUT_MILLISECONDS = 30_000;

/**
 * One JSON call.
 *
 * @returns an answer that says no as a value
 * @throws Unreachable
 */
export async function send<Body>(baseUrl: string, call: Call, record: Recorder): Promise<Result<Body>> {
  const started = performance.now();
  const { method, path, actor, body: requestBody = call.form } = call;
  const finish = (status: number | null, answer?: unknown): void => {
    const responseBody = withoutBearerUrls(answer);
    record({ method, path, actor, status, milliseconds: elapsedSince(started), requestBody, responseBody });
  };
  const response = await fetchText(baseUrl, call).catch((error: unknown) => {
    finish(null);
    throw new Unreachable(baseUrl, error);
  });
  const body = parse(response.text);
  finish(response.status, body);
  if (response.status < 300) return { ok: true, status: response.status, body: body as Body };
  return { ok: false, status: response.status, problem: toProblem(response.status, body) };
}

async function fetchText(baseUrl: string, call: Call): Promise<{ status: number; text: string }> {
  const request: RequestInit = {
    method: call.method,
    redirect: 'manual',
    headers: { ...(call.body === undefined ? {} : { 'content-type': 'application/json' }), ...call.headers },
    signal: AbortSignal.timeout(call.timeoutMilliseconds ?? TIMEOUT_MILLISECONDS),
  };
  if (call.body !== undefined) request.body = JSON.stringify(call.body);
  if (call.form !== undefined) request.body = new URLSearchParams(call.form);
  const response = await fetch(`${baseUrl}${call.path}`, request);
  return { status: response.status, text: await response.text() };
}

/** As Uplift, Stripe and Dodo Payments call the address of a page. */
const BEARER_NAMES = /^(.+_)?(url|link)$/;

/** The address of a hosted page lets in whoever has it, and so does one with a token: neither is shown. */
function withoutBearerUrls(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(withoutBearerUrls);
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      const isPage = BEARER_NAMES.test(name) || String(value).includes('#');
      const isBearer = typeof value === 'string' && isPage && URL.canParse(value);
      return [name, isBearer ? `${new URL(value as string).origin}/…` : withoutBearerUrls(value)];
    }),
  );
}

const elapsedSince = (started: number): number => Math.round(performance.now() - started);

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return text;
  }
}

function toProblem(status: number, body: unknown): Problem {
  // Stripe's own errors stand one level deeper.
  const { error = body } = Object(body) as { error?: unknown };
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  return {
    status,
    code: typeof code === 'string' ? code : `http_${status}`,
    message: typeof message === 'string' ? message : `HTTP ${status}`,
    details: Object(body) as Readonly<Record<string, unknown>>,
  };
}
