/** Answers and events are made in milliseconds; a client may ask for microseconds. */
import { type Json, VenueError } from '#apps/exchange/api/venue-error.ts';

export type TimeUnit = 'MILLISECOND' | 'MICROSECOND';

const MICROS_PER_MILLI = 1_000;
/** Fields that hold a moment, in answers. */
const ANSWER_TIMES = new Set([
  'authorizedSince',
  'closeTime',
  'connectedSince',
  'openTime',
  'serverTime',
  'time',
  'timestamp',
  'transactTime',
  'updateTime',
  'workingTime',
]);
/** And in events; `u` of an account position is one, `u` of an execution report is not. */
const EVENT_TIMES = new Set(['E', 'T', 'O', 'W']);

/** Reads `MICROSECOND`, `microsecond` or nothing. Throws -1194 for anything else. */
export function parseTimeUnit(text: string | null | undefined): TimeUnit {
  if (text === null || text === undefined || text === '') return 'MILLISECOND';
  const unit = text.toUpperCase();
  if (unit === 'MILLISECOND' || unit === 'MICROSECOND') return unit;
  throw new VenueError(
    400,
    -1194,
    "Invalid value for time unit; expected either 'MICROSECOND' or 'MILLISECOND'.",
  );
}

/** The same answer with its moments in microseconds. */
export function answerInMicros(answer: Json): Json {
  return scaled(answer, (name) => ANSWER_TIMES.has(name));
}

/** The same event with its moments in microseconds. */
export function eventInMicros(event: { readonly [key: string]: Json | undefined }): Json {
  const isPosition = event['e'] === 'outboundAccountPosition';
  return scaled(event, (name) => EVENT_TIMES.has(name) || (isPosition && name === 'u'));
}

function scaled(value: Json, isTime: (name: string) => boolean): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json) => scaled(item, isTime));
  const result: Record<string, Json | undefined> = {};
  for (const [name, item] of Object.entries(value as { readonly [key: string]: Json })) {
    result[name] =
      typeof item === 'number' && isTime(name) ? item * MICROS_PER_MILLI : scaled(item, isTime);
  }
  return result;
}
