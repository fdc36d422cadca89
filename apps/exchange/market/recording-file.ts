/**
 * Recorded market data of one symbol, read once and put in the order in which things happened at the
 * venue: one message a line, `<receive time, ns> <message>`, gzip or plain.
 */
import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Market } from '#contracts/instrument.ts';
import { MICROS_PER_MILLI } from '#units/integers.ts';

export type RecordedKind = 'SNAPSHOT' | 'DEPTH' | 'TRADE' | 'TICKER';

/** A message as it was received, parsed anew each time it is played. */
export interface RecordedMessage {
  readonly kind: RecordedKind;
  /** The venue's time, microseconds since 1970. */
  readonly atMicros: number;
  /** The payload, without the envelope of a combined stream. */
  read(): RecordedPayload;
}

/** The venue's fields, whatever it sent; texts for decimals, numbers for ids and times. */
export type RecordedPayload = Readonly<Record<string, unknown>>;

export interface Recording {
  readonly path: string;
  readonly market: Market;
  readonly symbol: string;
  /** The first is a snapshot of the book; then in the order of the venue's time. */
  readonly messages: readonly RecordedMessage[];
}

/** A file that cannot be played; `message` says where and why. */
export class RecordingFileError extends Error {
  override readonly name = 'RecordingFileError';
}

const FILE_SIZE_MAX = 128 * 1024 * 1024;
const UNPACKED_SIZE_MAX = 512 * 1024 * 1024;
const GZIP_MAGIC = 0x1f8b;
/** At one moment a trade comes first: it caused the rest. Depth, which sums up, comes last. */
const ORDER: Readonly<Record<RecordedKind, number>> = {
  SNAPSHOT: 0,
  TRADE: 0,
  TICKER: 1,
  DEPTH: 2,
};

interface Line {
  readonly kind: RecordedKind;
  readonly receiveMicros: number;
  /** 0: the message carries none. */
  readonly venueMicros: number;
  readonly lastId: number;
  readonly text: string;
}

/** Throws a RecordingFileError. */
export function readRecording(path: string): Recording {
  const texts = unpack(path).split('\n');
  const lines: Line[] = [];
  let identity: { readonly market: Market; readonly symbol: string } | null = null;
  let hasTrades = false;
  texts.forEach((text, index) => {
    const trimmed = text.trim();
    if (trimmed === '') return;
    const isLast = index === texts.length - 1;
    const payload = parse(trimmed);
    if (payload === null) {
      // A recorder that was cut off leaves half a line at the end.
      if (isLast) return;
      throw new RecordingFileError(`${path}, line ${index + 1}: this is no recorded message`);
    }
    identity ??= identify(payload);
    hasTrades ||= payload['e'] === 'trade';
    const line = lineOf(trimmed, payload);
    if (line !== null) lines.push(line);
  });
  const known = identity as { readonly market: Market; readonly symbol: string } | null;
  if (known === null) {
    throw new RecordingFileError(`${path}: no message tells its market and symbol`);
  }
  const played = hasTrades ? lines.filter(({ text }) => !text.includes('"aggTrade"')) : lines;
  return { path, ...known, messages: inOrder(path, played) };
}

function unpack(path: string): string {
  try {
    const { size } = statSync(path);
    if (size > FILE_SIZE_MAX) {
      throw new RecordingFileError(`${path}: more than ${FILE_SIZE_MAX} bytes; play a part of it`);
    }
    const bytes = readFileSync(path);
    const isGzip = bytes.length > 1 && bytes.readUInt16BE(0) === GZIP_MAGIC;
    return (isGzip ? gunzipSync(bytes, { maxOutputLength: UNPACKED_SIZE_MAX }) : bytes).toString();
  } catch (error) {
    if (error instanceof RecordingFileError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new RecordingFileError(`${path}: cannot be read: ${why}`, { cause: error });
  }
}

/** The payload of a line; null when it is none. */
function parse(line: string): RecordedPayload | null {
  const space = line.indexOf(' ');
  if (space < 1 || !/^\d+$/.test(line.slice(0, space))) return null;
  try {
    const message: unknown = JSON.parse(line.slice(space + 1));
    if (!isRecord(message)) return null;
    const { data } = message;
    return isRecord(data) ? data : message;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Null for what is not played: control answers, mark prices, bars. */
function lineOf(text: string, payload: RecordedPayload): Line | null {
  const kind = kindOf(payload);
  if (kind === null) return null;
  const receiveMicros = Math.floor(Number(text.slice(0, text.indexOf(' '))) / 1_000);
  const time = payload['T'] ?? payload['E'];
  return {
    kind,
    receiveMicros,
    venueMicros: typeof time === 'number' && kind !== 'SNAPSHOT' ? time * MICROS_PER_MILLI : 0,
    lastId: Number(payload['u'] ?? payload['lastUpdateId'] ?? 0),
    text,
  };
}

function kindOf(payload: RecordedPayload): RecordedKind | null {
  switch (payload['e']) {
    case 'depthUpdate':
      return 'DEPTH';
    case 'trade':
    case 'aggTrade':
      return 'TRADE';
    case 'bookTicker':
      return 'TICKER';
    case undefined:
      if ('lastUpdateId' in payload) return 'SNAPSHOT';
      return 'u' in payload && 'B' in payload ? 'TICKER' : null;
    default:
      return null;
  }
}

/** What only one of the markets sends tells which it is. */
function identify(payload: RecordedPayload): { market: Market; symbol: string } | null {
  const { e: event, s: symbol } = payload;
  if (typeof symbol !== 'string') return null;
  const spot = { market: Market.SPOT, symbol };
  const perpetual = { market: Market.PERPETUAL, symbol };
  if (event === undefined) return 'u' in payload ? spot : null;
  if (event === 'depthUpdate') return 'pu' in payload ? perpetual : spot;
  if (event === 'trade') return 'X' in payload ? perpetual : spot;
  if (event === 'aggTrade') return 'M' in payload ? spot : perpetual;
  return event === 'bookTicker' ? perpetual : null;
}

/** From the first snapshot on, by the venue's time; what carries none is placed by when it was received. */
function inOrder(path: string, lines: readonly Line[]): readonly RecordedMessage[] {
  const first = lines.find(({ kind }) => kind === 'SNAPSHOT');
  const deltas = lines.filter(({ kind }) => kind === 'DEPTH');
  const next = first === undefined ? undefined : deltas.find(({ lastId }) => lastId > first.lastId);
  if (first === undefined || next === undefined) {
    throw new RecordingFileError(
      `${path}: needs a snapshot of the book and depth messages that go on from it`,
    );
  }
  const offset = median(
    deltas.map(({ venueMicros, receiveMicros }) => venueMicros - receiveMicros),
  );
  const placed = lines
    .filter((line) => line !== first && !(line.kind === 'DEPTH' && line.lastId <= first.lastId))
    .map((line) => ({
      line,
      atMicros: line.venueMicros > 0 ? line.venueMicros : line.receiveMicros + offset,
    }))
    .filter(({ atMicros }) => atMicros >= next.venueMicros)
    .sort(
      (left, right) =>
        left.atMicros - right.atMicros || ORDER[left.line.kind] - ORDER[right.line.kind],
    );
  return [{ line: first, atMicros: next.venueMicros }, ...placed].map(({ line, atMicros }) => ({
    kind: line.kind,
    atMicros,
    read: () => parse(line.text) as RecordedPayload,
  }));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? 0;
}

function isRecord(value: unknown): value is RecordedPayload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
