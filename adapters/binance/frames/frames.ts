/**
 * From the bytes of one market-data message to one engine event.
 *
 * Two decoders in one: a scanner of one strict grammar that allocates nothing, and a JSON decoder
 * that takes over at the first surprise (another key order, a new field, an escape) and gives the
 * identical event, or the error. Only the JSON decoder refuses frames, so both always agree.
 */
import { EventKind } from '#contracts/event-kind.ts';
import {
  BookTickerEvent,
  DepthDeltaEvent,
  DepthSnapshotEvent,
  type LevelColumn,
  type MarketEvent,
  MarkPriceEvent,
  TradeEvent,
} from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import type { EpochMicros, PriceTicks, QuantityLots, Sequence } from '#units/integers.ts';
import { FieldError, type FrameErrorCode, JsonFields, type ReadingTally } from './json-fields.ts';
import { FrameScanner } from './scanner.ts';

export type { FrameErrorCode, JsonFields } from './json-fields.ts';
export type { FrameScanner } from './scanner.ts';

/** What a frame was. The event kinds carry the numbers of EventKind. */
export const DecodedKind = {
  NONE: 0,
  DEPTH_DELTA: EventKind.DEPTH_DELTA,
  DEPTH_SNAPSHOT: EventKind.DEPTH_SNAPSHOT,
  BOOK_TICKER: EventKind.BOOK_TICKER,
  TRADE: EventKind.TRADE,
  MARK_PRICE: EventKind.MARK_PRICE,
  /** The answer to a control request: `controlId` says to which. */
  CONTROL: 100,
  /** The venue refused a control request: `controlId` and `controlMessage` say which and why. */
  CONTROL_REFUSED: 101,
  /** The server is going away: connect anew at once. */
  SERVER_SHUTDOWN: 102,
  /** A good frame that says nothing about the visible book. The event was filled and must not be applied. */
  IGNORED: 103,
  /** A documented event that the engine does not read. Nothing was filled. */
  UNREAD: 104,
} as const;
export type DecodedKind = (typeof DecodedKind)[keyof typeof DecodedKind];

/**
 * Events the venue documents and the engine does not read. A recording that holds them is no worse
 * for it: they are counted and stepped over. A type that nobody documents is an error.
 */
const UNREAD_EVENTS: ReadonlySet<string> = new Set([
  'forceOrder',
  'kline',
  'continuous_kline',
  '24hrTicker',
  '24hrMiniTicker',
  '1hTicker',
  '4hTicker',
  '1dTicker',
  'avgPrice',
  'referencePrice',
  'blockTrade',
  'contractInfo',
  'compositeIndex',
  'assetIndexUpdate',
  'tradingSession',
]);

/** True for an event type that is documented but not read. */
export function isUnreadEvent(type: string): boolean {
  return UNREAD_EVENTS.has(type);
}

const REMEDY_BY_CODE = {
  MALFORMED_JSON: 'drop the message; if it repeats, reconnect or check that the file is complete',
  UNKNOWN_EVENT: 'unsubscribe from this stream; it is none that the engine reads',
  UNSUPPORTED_STREAM: 'subscribe to the diff stream (@depth@100ms), not to a partial or RPI book',
  WRONG_MARKET: 'decode with the other market (spot or USD-M) or fix the connection it came from',
  WRONG_SYMBOL: 'use the decoder of that symbol or fix the subscription',
  MISSING_FIELD: 'drop the message and compare the venue change log with the protocol reference',
  NOT_A_NUMBER: 'drop the message and resynchronise the book',
  NEGATIVE: 'drop the message and resynchronise the book',
  ZERO_PRICE: 'drop the message and resynchronise the book',
  OFF_TICK: 'load the current exchangeInfo: the tick size is not the one configured',
  OFF_STEP: 'load the current exchangeInfo: the step size is not the one configured',
  TOO_LARGE: 'drop the message; if it repeats, the tick or step of the instrument is too fine',
  BAD_TIME: 'drop the message; times are 13 digits of milliseconds or 16 of microseconds',
  BAD_RANGE: 'drop the message and resynchronise the book',
  TOO_MANY_LEVELS: 'ask for a smaller snapshot (the venue gives at most 5000 levels a side)',
  UNSORTED_SNAPSHOT: 'ask for a new snapshot',
} as const satisfies Record<FrameErrorCode, string>;

/** Where in the frame something is wrong. */
export interface FramePlace extends ErrorOptions {
  /** Path of the field ("data.b[3][0]"), or "(frame)". */
  readonly field: string;
  /** Byte, counted from the frame's start, at which the strict grammar was left. */
  readonly byteOffset: number;
}

/** A message cannot become an event. Nothing of it was applied. The adapter counts it and acts by `remedy`. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
  readonly code: FrameErrorCode;
  readonly place: FramePlace;

  constructor(code: FrameErrorCode, place: FramePlace, what: string) {
    super(`${code} at ${place.field}, near byte ${place.byteOffset}: ${what}`, place);
    this.code = code;
    this.place = place;
  }

  /** What to do, fixed by the code. */
  get remedy(): string {
    return REMEDY_BY_CODE[this.code];
  }
}

/** The bytes of a literal of the wire grammar. */
export function frameLiteral(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf8'));
}

const ENVELOPE = frameLiteral('{"stream":"');
const ENVELOPE_DATA = frameLiteral(',"data":');
const OBJECT_END = frameLiteral('}');

/**
 * Decodes the messages of one instrument on one market. Spot and USD-M each extend it with their two
 * grammars. The events are owned by the decoder and refilled by every call: copy what you keep.
 */
export abstract class FrameDecoder {
  readonly depthDelta = new DepthDeltaEvent();
  readonly depthSnapshot = new DepthSnapshotEvent();
  readonly bookTicker = new BookTickerEvent();
  readonly trade = new TradeEvent();
  readonly markPrice = new MarkPriceEvent();
  /** The event of the last frame that was one; see the kind that `decode` returned. */
  event: MarketEvent = this.depthDelta;
  /** Newest venue time the last event carries (when it was sent, not when it happened); 0 for none. */
  publishedMicros = 0;
  frameCount = 0;
  /** Market events that needed the JSON decoder. More than a few: the venue changed its format. */
  fallbackCount = 0;
  ignoredCount = 0;
  private readonly tally: ReadingTally = { dustCount: 0 };
  /** Of the last control frame: the request's id as text, and the venue's words when it refused. */
  controlId = '';
  controlMessage = '';
  protected readonly instrument: Instrument;
  protected atMicros = 0 as EpochMicros;
  private readonly scanner = new FrameScanner();

  constructor(instrument: Instrument) {
    this.instrument = instrument;
    for (const event of [
      this.depthDelta,
      this.depthSnapshot,
      this.bookTicker,
      this.trade,
      this.markPrice,
    ]) {
      event.instrument = instrument.index;
      event.sequence = 0 as Sequence;
    }
  }

  /**
   * Book quantities that were no whole number of lots and were cut: orders older than the step. A
   * handful is normal; as many as frames means that the configured step is too coarse.
   */
  get dustCount(): number {
    return this.tally.dustCount;
  }

  /**
   * Decodes one message, with or without the combined-stream envelope. `atMicros` is the receive
   * time and becomes the event's stamp. Throws a FrameError on bad input and nothing else; a range
   * outside `bytes` is a caller's bug and a RangeError.
   *
   * Hot: every message. No allocation while the frame keeps to the strict grammar.
   */
  decode(bytes: Uint8Array, offset: number, length: number, atMicros: EpochMicros): DecodedKind {
    if (!(offset >= 0 && length >= 0 && offset + length <= bytes.length)) refuseRange();
    this.atMicros = atMicros;
    this.frameCount += 1;
    const kind = this.scanFrame(bytes, offset, length);
    if (kind !== DecodedKind.NONE) return kind;
    return this.fallBack(bytes, offset, length, this.scanner.position - offset);
  }

  /**
   * The same by JSON alone: slow, tolerant of order and new fields. `decode` falls back to it; public
   * so that the two can be compared. `surpriseOffset` only serves the error text.
   */
  decodeByJson(
    bytes: Uint8Array,
    offset: number,
    length: number,
    atMicros: EpochMicros,
    surpriseOffset = 0,
  ): DecodedKind {
    this.atMicros = atMicros;
    try {
      return this.readFrame(parseJson(bytes, offset, length));
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      throw new FrameError(
        error.code,
        { field: error.field, byteOffset: surpriseOffset, cause: error },
        error.message,
      );
    }
  }

  /**
   * Reads the payload under the cursor by the strict grammar and fills an event only when all of it
   * fits. Returns NONE on any surprise. `scanner.isComplete` is judged by the caller.
   */
  protected abstract scanPayload(scanner: FrameScanner): DecodedKind;

  /** Reads a payload from parsed JSON, in any order. Throws a FieldError. Never returns NONE. */
  protected abstract readPayload(fields: JsonFields, isEnveloped: boolean): DecodedKind;

  /** Fills and hands over a depth message whose columns are filled already. Times in microseconds. Hot. */
  protected emitDepth(
    published: number,
    time: number,
    first: number,
    last: number,
    previous: number,
  ): DecodedKind {
    const event = this.depthDelta;
    event.atMicros = this.atMicros;
    event.venueTimeMicros = time as EpochMicros;
    event.firstUpdateId = first;
    event.lastUpdateId = last;
    event.previousUpdateId = previous;
    this.event = event;
    this.publishedMicros = Math.max(published, time);
    return DecodedKind.DEPTH_DELTA;
  }

  /** Prices and quantities of a bookTicker, in ticks and lots; `emitTop` hands it over. Hot. */
  protected fillTop(
    bidPrice: number,
    bidQuantity: number,
    askPrice: number,
    askQuantity: number,
  ): void {
    const event = this.bookTicker;
    event.bidPriceTicks = bidPrice as PriceTicks;
    event.bidQuantityLots = bidQuantity as QuantityLots;
    event.askPriceTicks = askPrice as PriceTicks;
    event.askQuantityLots = askQuantity as QuantityLots;
  }

  protected emitTop(published: number, time: number, updateId: number): DecodedKind {
    const event = this.bookTicker;
    event.atMicros = this.atMicros;
    event.venueTimeMicros = time as EpochMicros;
    event.updateId = updateId;
    this.event = event;
    this.publishedMicros = Math.max(published, time);
    return DecodedKind.BOOK_TICKER;
  }

  /** Fills and hands over a trade or an aggregate of trades. Hot. */
  protected emitTrade(
    published: number,
    time: number,
    id: number,
    price: number,
    quantity: number,
    isBuyerMaker: boolean,
  ): DecodedKind {
    const event = this.trade;
    event.atMicros = this.atMicros;
    event.venueTimeMicros = time as EpochMicros;
    event.tradeId = id;
    event.priceTicks = price as PriceTicks;
    event.quantityLots = quantity as QuantityLots;
    event.aggressor = isBuyerMaker ? Side.SELL : Side.BUY;
    this.event = event;
    this.publishedMicros = Math.max(published, time);
    return DecodedKind.TRADE;
  }

  /** Hands over a snapshot whose columns are filled already. */
  protected emitSnapshot(published: number, time: number, last: number): DecodedKind {
    const event = this.depthSnapshot;
    event.atMicros = this.atMicros;
    event.venueTimeMicros = time as EpochMicros;
    event.lastUpdateId = last;
    this.event = event;
    this.publishedMicros = Math.max(published, time);
    return DecodedKind.DEPTH_SNAPSHOT;
  }

  /** Refuses a first update id above the last one. */
  protected checkRange(fields: JsonFields, firstUpdateId: number, lastUpdateId: number): void {
    if (firstUpdateId <= lastUpdateId) return;
    throw new FieldError(
      'BAD_RANGE',
      { field: fields.at('U') },
      `first update ${firstUpdateId} is after the last, ${lastUpdateId}`,
    );
  }

  /** Refuses a snapshot whose sides are not strictly best first. */
  protected checkSorted(fields: JsonFields): void {
    const { bids, asks } = this.depthSnapshot;
    if (!isSorted(bids, -1)) {
      throw new FieldError(
        'UNSORTED_SNAPSHOT',
        { field: fields.at('bids') },
        'not strictly falling',
      );
    }
    if (!isSorted(asks, 1)) {
      throw new FieldError(
        'UNSORTED_SNAPSHOT',
        { field: fields.at('asks') },
        'not strictly rising',
      );
    }
  }

  /** The scanner's twin of `checkSorted`. */
  protected isSnapshotSorted(): boolean {
    return isSorted(this.depthSnapshot.bids, -1) && isSorted(this.depthSnapshot.asks, 1);
  }

  protected checkSymbol(fields: JsonFields): void {
    const symbol = fields.text('s');
    if (symbol === this.instrument.symbol) return;
    throw new FieldError(
      'WRONG_SYMBOL',
      { field: fields.at('s') },
      `"${symbol}" where ${this.instrument.symbol} was expected`,
    );
  }

  protected refuse(code: FrameErrorCode, field: string, what: string): never {
    throw new FieldError(code, { field }, what);
  }

  private scanFrame(bytes: Uint8Array, offset: number, length: number): DecodedKind {
    const scanner = this.scanner;
    scanner.start(bytes, offset, length);
    const isEnveloped = scanner.accept(ENVELOPE);
    if (isEnveloped) {
      scanner.streamName();
      scanner.expect(ENVELOPE_DATA);
      if (!scanner.ok) return DecodedKind.NONE;
    }
    const kind = this.scanPayload(scanner);
    // A REST snapshot never has an envelope: with one it is a partial book stream.
    if (isEnveloped && kind === DecodedKind.DEPTH_SNAPSHOT) return DecodedKind.NONE;
    if (isEnveloped) scanner.expect(OBJECT_END);
    return scanner.isComplete ? kind : DecodedKind.NONE;
  }

  private fallBack(
    bytes: Uint8Array,
    offset: number,
    length: number,
    surpriseOffset: number,
  ): DecodedKind {
    const kind = this.decodeByJson(bytes, offset, length, this.atMicros, surpriseOffset);
    if (kind === DecodedKind.IGNORED || kind === DecodedKind.UNREAD) this.ignoredCount += 1;
    else if (kind < DecodedKind.CONTROL) this.fallbackCount += 1;
    return kind;
  }

  private readFrame(value: unknown): DecodedKind {
    const fields = new JsonFields(value, this.tally);
    if (fields.has('event')) return this.readPayload(fields.object('event'), true);
    if (!fields.has('stream')) return this.readBare(fields);
    const stream = fields.text('stream');
    const channelAt = stream.indexOf('@');
    const channel = channelAt < 0 ? '' : stream.slice(channelAt + 1);
    if (channel.startsWith('r') || (channel.startsWith('d') && !/^depth(@|$)/.test(channel))) {
      this.refuse('UNSUPPORTED_STREAM', 'stream', `"${stream}"`);
    }
    return this.readPayload(fields.object('data'), true);
  }

  private readBare(fields: JsonFields): DecodedKind {
    if (fields.has('id') && (fields.has('result') || fields.has('error'))) {
      this.controlId = fields.label('id');
      this.controlMessage = '';
      if (!fields.has('error')) return DecodedKind.CONTROL;
      const refusal = fields.object('error');
      this.controlMessage = `${refusal.label('code')} ${refusal.label('msg')}`;
      return DecodedKind.CONTROL_REFUSED;
    }
    return this.readPayload(fields, false);
  }
}

function refuseRange(): never {
  throw new RangeError('the frame lies outside its buffer');
}

function parseJson(bytes: Uint8Array, offset: number, length: number): unknown {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + offset, length).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FieldError('MALFORMED_JSON', { field: '(frame)', cause: error }, reason);
  }
}

/** Strictly rising (direction 1) or falling (-1). */
function isSorted(column: LevelColumn, direction: 1 | -1): boolean {
  const prices = column.pricesTicks;
  for (let index = 1; index < column.count; index++) {
    const step = (prices[index] as number) - (prices[index - 1] as number);
    if (step * direction <= 0) return false;
  }
  return true;
}
