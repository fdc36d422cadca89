/** Requests over HTTP as small as feeds and keys need them. Real: over `undici`, below. */
import { request } from 'undici';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Rejects when no answer came; an answer of any status is no error. */
export type HttpGet = (
  url: string,
  headers?: Readonly<Record<string, string>>,
) => Promise<HttpAnswer>;

const ANSWER_MILLIS_MAX = 10_000;
/** Largest answer taken: exchangeInfo of all symbols has about 20 MiB. */
const BODY_SIZE_MAX = 64 * 1024 * 1024;

/** A request without a body. Rejects when no answer came; an answer of any status is no error. */
export type HttpCall = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  headers?: Readonly<Record<string, string>>,
) => Promise<HttpAnswer>;

export const httpGet: HttpGet = (url, headers) => httpCall('GET', url, headers);

export const httpCall: HttpCall = async (method, url, headers = {}) => {
  const answer = await request(url, {
    method,
    headers: { ...headers },
    headersTimeout: ANSWER_MILLIS_MAX,
    bodyTimeout: ANSWER_MILLIS_MAX,
  });
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer.body as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > BODY_SIZE_MAX) throw new Error(`the answer of ${url} has more than 64 MiB`);
    parts.push(part);
  }
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined)
      plain[name.toLowerCase()] = Array.isArray(value) ? value.join(',') : value;
  }
  return { status: answer.statusCode, headers: plain, body: Buffer.concat(parts) };
};
