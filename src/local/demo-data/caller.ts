import { LocalFailure } from '../local-failure.js';

export type Json = Record<string, unknown>;

interface JsonBody {
  readonly text: string;
}

interface FileBody {
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** One HTTP call. @throws LocalFailure with what was refused */
export type Caller = (method: string, path: string, body?: URLSearchParams | JsonBody | FileBody) => Promise<Json>;

export const json = (body: Json): JsonBody => ({ text: JSON.stringify(body) });

export const callerOf =
  (baseUrl: string, headers: Readonly<Record<string, string>>): Caller =>
  async (method, path, body) => {
    const response = await fetch(`${baseUrl}${path}`, { method, ...toRequest(headers, body) });
    const text = await response.text();
    if (!response.ok)
      throw new LocalFailure(`The demo data was refused: ${method} ${path} answered ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Json;
  };

function toRequest(
  headers: Readonly<Record<string, string>>,
  body: Parameters<Caller>[2],
): { headers: Record<string, string>; body?: URLSearchParams | string | Uint8Array<ArrayBuffer> } {
  if (body === undefined) return { headers: { ...headers } };
  if (body instanceof URLSearchParams) return { headers: { ...headers }, body };
  if ('bytes' in body)
    return { headers: { ...headers, 'content-type': body.contentType }, body: new Uint8Array(body.bytes) };
  return { headers: { ...headers, 'content-type': 'application/json' }, body: body.text };
}
