/** The addresses of public streams: spot's one, and the perpetual's by group. */
import type { OpenSocket, OutgoingLine, SocketDoor } from '#apps/exchange/api/operation.ts';
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import { spotStream } from './spot-streams.ts';
import { StreamConnection } from './stream-connection.ts';
import type { StreamFrame, TimeUnit } from './stream-frame.ts';
import { StreamHub } from './stream-hub.ts';
import type { MarketData } from './symbol-data.ts';
import { type UsdmGroup, usdmStream } from './usdm-streams.ts';

const SPOT_MESSAGES_PER_SECOND = 5;
const USDM_MESSAGES_PER_SECOND = 10;
const STREAMS_MAX = 1_024;

/** `/ws`, `/ws/<stream>/<stream>`, `/stream?streams=a/b`; `timeUnit=MICROSECOND` on each. */
export function spotStreamDoor(data: MarketData): SocketDoor {
  const hub = new StreamHub((name) => spotStream(data, name));
  return {
    kind: 'STREAM',
    messagesPerSecondMax: SPOT_MESSAGES_PER_SECOND,
    serves: ({ pathname }) => isStreamPath(pathname),
    open: (line, url) =>
      connect(line, url, { hub, prefix: '', unit: timeUnitOf(url), keyOf: (stream) => stream }),
  };
}

/**
 * `/public/…` and `/market/…`. Without a group the venue still serves the public one, and the market
 * group no more; `isLegacy`: everything, as before April 2026.
 */
export function usdmStreamDoors(data: MarketData, isLegacy: boolean): readonly SocketDoor[] {
  const hub = new StreamHub((key) => {
    const [group = '', ...name] = key.split(' ');
    const stream = name.join(' ');
    if (group !== 'any') return usdmStream(data, group as UsdmGroup, stream);
    return usdmStream(data, 'public', stream) ?? usdmStream(data, 'market', stream);
  });
  const door = (prefix: string, group: string): SocketDoor => ({
    kind: 'STREAM',
    messagesPerSecondMax: USDM_MESSAGES_PER_SECOND,
    serves: ({ pathname }) =>
      pathname.startsWith(prefix) && isStreamPath(pathname.slice(prefix.length)),
    open: (line, url) =>
      connect(line, url, {
        hub,
        prefix,
        unit: 'MILLISECOND',
        keyOf: (stream) => `${group} ${stream}`,
      }),
  });
  return [
    door('/public', 'public'),
    door('/market', 'market'),
    door('', isLegacy ? 'any' : 'public'),
  ];
}

/** True for `/ws`, `/ws/…` and `/stream`. */
export function isStreamPath(path: string): boolean {
  return path === '/stream' || path === '/ws' || path.startsWith('/ws/');
}

/** Streams that an address names. Throws a VenueError when they are too many. */
export function streamsOf(url: URL, prefix: string): readonly string[] {
  const path = url.pathname.slice(prefix.length);
  const text =
    path === '/stream' ? (url.searchParams.get('streams') ?? '') : path.slice('/ws'.length);
  const names = decoded(text)
    .split('/')
    .filter((name) => name !== '');
  if (names.length > STREAMS_MAX) throw new VenueError(400, 2, `at most ${STREAMS_MAX} streams`);
  return names;
}

interface Place {
  readonly hub: StreamHub<StreamFrame>;
  readonly prefix: string;
  readonly unit: TimeUnit;
  readonly keyOf: (stream: string) => string;
}

function connect(line: OutgoingLine, url: URL, { hub, prefix, unit, keyOf }: Place): OpenSocket {
  const isCombined = url.pathname === `${prefix}/stream`;
  return new StreamConnection({
    hub,
    line,
    streams: streamsOf(url, prefix),
    isCombined,
    unit,
    keyOf,
  });
}

function timeUnitOf(url: URL): TimeUnit {
  const unit = (url.searchParams.get('timeUnit') ?? 'MILLISECOND').toUpperCase();
  if (unit === 'MILLISECOND' || unit === 'MICROSECOND') return unit;
  throw new VenueError(
    400,
    -1194,
    'Invalid value for time unit; expected either MICROSECOND or MILLISECOND.',
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not percent-encoded well: then it names no stream, and stays silent like any other wrong name.
    return text;
  }
}
