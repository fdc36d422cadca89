import type { CallParameters } from '#apps/exchange/api/call-parameters.ts';
import type { Call, Operation } from '#apps/exchange/api/operation.ts';
import { type Json, VenueError } from '#apps/exchange/api/venue-error.ts';
import type { SymbolData } from '#apps/exchange/streams/symbol-data.ts';
import { MICROS_PER_MILLI } from '#units/integers.ts';

export interface PublicTerms {
  readonly path: string;
  readonly socketMethod?: string;
  readonly weight: number | ((parameters: CallParameters) => number);
  readonly note: string;
}

/** An operation that anybody may call and that changes nothing. */
export function publicOperation(terms: PublicTerms, run: (call: Call) => Json): Operation {
  const { path, socketMethod, weight, note } = terms;
  return {
    rest: { method: 'GET', path },
    socketMethod: socketMethod ?? null,
    security: 'NONE',
    readOnly: true,
    weight: typeof weight === 'number' ? () => weight : weight,
    freeWhenDone: false,
    orders: () => 0,
    run,
    note,
  };
}

type Symbols = ReadonlyMap<string, SymbolData>;

/** The symbol of a call. Throws -1102 when it is missing, -1121 when it is not listed. */
export function requiredSymbol(symbols: Symbols, parameters: CallParameters): SymbolData {
  return knownSymbol(symbols, parameters.required('symbol'));
}

/** Throws -1121. */
export function knownSymbol(symbols: Symbols, symbol: string): SymbolData {
  const found = symbols.get(symbol);
  if (found === undefined) throw new VenueError(400, -1121, 'Invalid symbol.');
  return found;
}

/** One of `symbol`, all of `symbols` (a JSON list), or all there are. Throws VenueErrors. */
export function chosenSymbols(symbols: Symbols, parameters: CallParameters): readonly SymbolData[] {
  const one = parameters.optional('symbol');
  const many = parameters.optional('symbols');
  if (one !== undefined && many !== undefined) {
    throw new VenueError(400, -1128, 'Combination of optional parameters invalid.');
  }
  if (one !== undefined) return [knownSymbol(symbols, one)];
  if (many === undefined) return [...symbols.values()];
  return textList('symbols', many).map((symbol) => knownSymbol(symbols, symbol));
}

/** A JSON list of texts as one parameter. Throws -1100. */
export function textList(name: string, text: string): readonly string[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    // Told below, as whatever is no list of texts.
    list = null;
  }
  if (Array.isArray(list) && list.every((one) => typeof one === 'string')) return list;
  throw new VenueError(
    400,
    -1100,
    `Illegal characters found in parameter '${name}'; legal range is '["A","B"]'.`,
  );
}

/** True when the call named one symbol: then the answer is an object and not a list. */
export function isSingle(parameters: CallParameters): boolean {
  return parameters.optional('symbol') !== undefined;
}

/** A row limit: `fallback` when not sent; throws -1130 outside of 1..`most`. */
export function rowLimit(parameters: CallParameters, fallback: number, most: number): number {
  const limit = parameters.optionalInteger('limit') ?? fallback;
  if (limit < 1) throw new VenueError(400, -1130, "Data sent for parameter 'limit' is not valid.");
  return Math.min(limit, most);
}

export interface TimeWindow {
  readonly isGiven: boolean;
  holds(micros: number): boolean;
}

/** `startTime` and `endTime`, in milliseconds or microseconds, both included; open where not sent. */
export function timeWindow(parameters: CallParameters): TimeWindow {
  const start = momentMicros(parameters, 'startTime');
  const end = momentMicros(parameters, 'endTime');
  // A moment in milliseconds means all of that millisecond.
  const last = end === undefined ? Number.POSITIVE_INFINITY : end + MICROS_PER_MILLI - 1;
  return {
    isGiven: start !== undefined || end !== undefined,
    holds: (micros) => micros >= (start ?? 0) && micros <= last,
  };
}

/** A moment sent in milliseconds or microseconds, in microseconds; undefined when not sent. */
export function momentMicros(parameters: CallParameters, name: string): number | undefined {
  const value = parameters.optionalInteger(name);
  if (value === undefined) return undefined;
  return value < MICROS_FROM ? value * MICROS_PER_MILLI : value;
}

/** Moments above this are microseconds already. */
const MICROS_FROM = 100_000_000_000_000;
