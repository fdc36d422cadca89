import type { Json } from '#apps/exchange/api/venue-error.ts';

/** `id` of a request as it is echoed: number, short text or null. */
export type RequestId = string | number | null;

export interface SocketRequest {
  readonly id: RequestId;
  readonly method: string;
  /** Values as text: as they were sent, and as they were signed. */
  readonly parameters: Map<string, string>;
}

/** A frame that is no request: what to answer. */
export class BadFrame extends Error {
  readonly id: RequestId;
  readonly code: number;

  constructor(id: RequestId, code: number, message: string) {
    super(message);
    this.name = 'BadFrame';
    this.id = id;
    this.code = code;
  }
}

const ID_LENGTH_MAX = 36;
/** A number whose text may differ from what JSON.parse would print: 1.0, 0.10, 1e3. */
const UNSTABLE_NUMBER = /[:[,]\s*-?\d+[.eE]/;
const PARAMETERS_MAX = 100;

/** Reads one text frame of the WebSocket API. Throws BadFrame. */
export function parseSocketRequest(text: string): SocketRequest {
  const frame = parseJson(text);
  if (frame === undefined) {
    throw new BadFrame(null, -1135, 'Invalid JSON Request: the frame is not JSON.');
  }
  if (frame === null || typeof frame !== 'object' || Array.isArray(frame)) {
    throw new BadFrame(null, -1135, 'Invalid JSON Request: an object is expected.');
  }
  const { id: rawId = null, method, params = {} } = frame as { readonly [key: string]: Json };
  const id = readId(rawId);
  if (typeof method !== 'string' || method === '') {
    throw new BadFrame(
      id,
      -1102,
      "Mandatory parameter 'method' was not sent, was empty/null, or malformed.",
    );
  }
  if (params === null || typeof params !== 'object' || Array.isArray(params)) {
    throw new BadFrame(id, -1135, "Invalid JSON Request: 'params' is not an object.");
  }
  const entries = Object.entries(params);
  if (entries.length > PARAMETERS_MAX) throw new BadFrame(id, -1101, 'Too many parameters sent.');
  const parameters = new Map<string, string>();
  for (const [name, value] of entries) {
    if (value === null || value === undefined) continue;
    parameters.set(name, typeof value === 'string' ? value : asSent(value));
  }
  return { id, method: method.startsWith('v3/') ? method.slice(3) : method, parameters };
}

function readId(raw: Json | undefined): RequestId {
  if (raw === null || raw === undefined) return null;
  if (typeof raw === 'string' && raw.length <= ID_LENGTH_MAX) return raw;
  if (raw instanceof SentNumber) return Number(raw.text);
  if (typeof raw === 'number' && Number.isSafeInteger(raw)) return raw;
  throw new BadFrame(
    null,
    -1135,
    "Invalid JSON Request: 'id' must be an integer, a string of at most 36 characters, or null.",
  );
}

/** A number as it stood in the text. */
class SentNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Undefined: the text is no JSON. */
function parseJson(text: string): Json | undefined {
  try {
    return UNSTABLE_NUMBER.test(text) ? JSON.parse(text, keepNumberText) : JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

function keepNumberText(_key: string, value: unknown, context?: { readonly source?: string }) {
  return typeof value === 'number' && context?.source !== undefined
    ? new SentNumber(context.source)
    : value;
}

function asSent(value: Json): string {
  if (value instanceof SentNumber) return value.text;
  if (typeof value === 'object') {
    return JSON.stringify(value, (_key, item) =>
      item instanceof SentNumber ? Number(item.text) : item,
    );
  }
  return String(value);
}
