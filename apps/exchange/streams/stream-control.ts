/** Control frames of a stream connection: what a client asked, and the venue's words for what is wrong. */
import type { Json } from '#apps/exchange/api/venue-error.ts';

export type ControlId = number | string | null;

export interface ControlRequest {
  readonly id: ControlId;
  readonly method: string;
  readonly params: readonly unknown[];
}

export interface ControlErrorOptions extends ErrorOptions {
  readonly code: number;
  readonly id?: ControlId;
}

/** A control frame that cannot be done. Codes of the venue: 0 property, 1 value, 2 request, 3 JSON. */
export class ControlError extends Error {
  readonly code: number;
  readonly id: ControlId | undefined;

  constructor(message: string, options: ControlErrorOptions) {
    super(message, options);
    const { code, id } = options;
    this.code = code;
    this.id = id;
  }
}

const METHODS = new Set([
  'SUBSCRIBE',
  'UNSUBSCRIBE',
  'LIST_SUBSCRIPTIONS',
  'SET_PROPERTY',
  'GET_PROPERTY',
]);
const ID_LENGTH_MAX = 36;

/** Throws a ControlError. */
export function readControl(text: string): ControlRequest {
  const { id, method, params } = parse(text);
  const known = readId(id);
  if (method === undefined)
    throw new ControlError('Invalid request: missing field `method`', { code: 2, id: known });
  if (typeof method !== 'string' || !METHODS.has(method)) {
    throw new ControlError(
      'Invalid request: unknown variant, expected one of `SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY`',
      { code: 2, id: known },
    );
  }
  if (params !== undefined && params !== null && !Array.isArray(params)) {
    throw new ControlError('Invalid request: params must be an array', { code: 2, id: known });
  }
  return { id: known, method, params: (params ?? []) as readonly unknown[] };
}

/** Names of streams. Throws a ControlError. */
export function readStreamNames({ id, params }: ControlRequest): readonly string[] {
  if (params.length === 0)
    throw new ControlError('Invalid request: no streams', { code: 2, id: id });
  for (const name of params) {
    if (typeof name !== 'string') {
      throw new ControlError('Invalid request: request expects a string array', {
        code: 2,
        id: id,
      });
    }
  }
  return params as readonly string[];
}

export function controlAnswer(id: ControlId, result: Json): string {
  return JSON.stringify({ result, id });
}

export function controlRefusal(error: ControlError): string {
  const { code, message, id } = error;
  return JSON.stringify({ error: { code, msg: message }, ...(id === undefined ? {} : { id }) });
}

function parse(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const where = error instanceof Error ? error.message : String(error);
    throw new ControlError(`Invalid JSON: ${where}`, { code: 3, cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ControlError('Invalid request: request must be an object', { code: 2 });
  }
  return value as Readonly<Record<string, unknown>>;
}

function readId(id: unknown): ControlId {
  if (id === undefined || id === null) return null;
  if (typeof id === 'number' && Number.isSafeInteger(id)) return id;
  if (typeof id === 'string' && id.length <= ID_LENGTH_MAX) return id;
  throw new ControlError(
    'Invalid request: request ID must be an int64, a string of at most 36 characters, or null',
    { code: 2 },
  );
}
