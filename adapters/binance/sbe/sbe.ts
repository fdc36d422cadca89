/**
 * Binary market streams of spot (SBE schema 1, version 0): from the bytes of one message to engine
 * events, without JSON and without allocation.
 *
 * Layout, little endian: header (block length, template, schema, version; two bytes each), root block,
 * groups, symbol. Lengths are read from the message, so fields that are added later do not break it.
 * Decimals are mantissa x 10^exponent, one exponent a message for prices and one for quantities.
 * Source: Binance, "SBE market data streams", spot.
 */
import {
  BookTickerEvent,
  DepthDeltaEvent,
  type LevelColumn,
  type MarketEvent,
  TradeEvent,
} from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import type { DecimalStep } from '#units/decimal-text.ts';
import type { EpochMicros, PriceTicks, QuantityLots } from '#units/integers.ts';

const SCHEMA = 1;
const HEADER_SIZE = 8;
const TRADES = 10_000;
const BEST_BID_ASK = 10_001;
const DEPTH_DIFF = 10_003;
const TRADES_BLOCK = 18;
const BEST_BID_ASK_BLOCK = 50;
const DEPTH_DIFF_BLOCK = 26;
const TRADE_ENTRY = 25;
const LEVEL_ENTRY = 16;
/** Levels one message may carry per side, as in the JSON decoder. */
const LEVEL_COUNT_MAX = 10_000;
const HALF = 2 ** 32;

const REMEDY_BY_CODE = {
  TRUNCATED: 'drop the message and resynchronise the book; if it repeats, reconnect',
  WRONG_SCHEMA: 'update the decoder, or use the JSON streams',
  WRONG_SYMBOL: 'fix the subscription',
  TOO_LARGE: 'drop the message; the tick or step of the instrument may be too fine',
  OFF_GRID: 'load the current exchangeInfo: tick or step is not the one configured',
  NEGATIVE: 'drop the message and resynchronise the book',
  ZERO_PRICE: 'drop the message and resynchronise the book',
  BAD_RANGE: 'drop the message and resynchronise the book',
  TOO_MANY_LEVELS: 'drop the message and resynchronise the book',
} as const;

export type SbeErrorCode = keyof typeof REMEDY_BY_CODE;

/** A binary message cannot become events. Nothing of a book change was handed out. */
export class SbeError extends Error {
  override readonly name = 'SbeError';
  readonly code: SbeErrorCode;
  /** Byte of the message at which it was noticed. */
  readonly byteOffset: number;

  constructor(code: SbeErrorCode, byteOffset: number, what: string) {
    super(`${code} at byte ${byteOffset}: ${what}`);
    this.code = code;
    this.byteOffset = byteOffset;
  }

  /** What to do, fixed by the code. */
  get remedy(): string {
    return REMEDY_BY_CODE[this.code];
  }
}

/** Takes events; they are refilled, so copy what is kept. */
export type EventConsumer = (event: MarketEvent) => void;

/** Decodes the binary messages of one spot instrument. */
export class SbeDecoder {
  frameCount = 0;
  /** Messages of templates that are not read: partial books, and what the venue adds later. */
  ignoredCount = 0;
  /** Book quantities that were no whole number of lots and were cut, as in the JSON decoder. */
  dustCount = 0;
  private readonly instrument: Instrument;
  private readonly symbol: Uint8Array;
  private readonly depth = new DepthDeltaEvent();
  private readonly ticker = new BookTickerEvent();
  private readonly trade = new TradeEvent();
  private view: DataView<ArrayBufferLike> = new DataView(new ArrayBuffer(0));
  private priceExponent = 0;
  private quantityExponent = 0;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
    this.symbol = Buffer.from(instrument.symbol, 'utf8');
    for (const event of [this.depth, this.ticker, this.trade]) event.instrument = instrument.index;
  }

  /**
   * Decodes one message and hands out its events: none for an ignored template, several for a message
   * of several trades. Returns how many. Throws an SbeError on bad input and nothing else.
   *
   * Hot: every binary message. No allocation beyond one view.
   */
  decode(bytes: Uint8Array, atMicros: EpochMicros, consume: EventConsumer): number {
    this.frameCount += 1;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = view;
    this.need(0, HEADER_SIZE);
    const schema = view.getUint16(4, true);
    if (schema !== SCHEMA) {
      throw new SbeError('WRONG_SCHEMA', 4, `schema ${schema} where ${SCHEMA} was expected`);
    }
    const blockLength = view.getUint16(0, true);
    const bodyAt = HEADER_SIZE + blockLength;
    this.need(HEADER_SIZE, blockLength);
    switch (view.getUint16(2, true)) {
      case DEPTH_DIFF:
        return this.readDepth(blockLength, bodyAt, atMicros, consume);
      case BEST_BID_ASK:
        return this.readTicker(blockLength, bodyAt, atMicros, consume);
      case TRADES:
        return this.readTrades(blockLength, bodyAt, atMicros, consume);
      default:
        // Also 10002, the partial book: the diffs say the same and more.
        this.ignoredCount += 1;
        return 0;
    }
  }

  private readDepth(
    block: number,
    bodyAt: number,
    atMicros: EpochMicros,
    consume: EventConsumer,
  ): number {
    this.needBlock(block, DEPTH_DIFF_BLOCK);
    const event = this.depth;
    event.atMicros = atMicros;
    event.venueTimeMicros = this.unsigned(8) as EpochMicros;
    event.firstUpdateId = this.unsigned(16);
    event.lastUpdateId = this.unsigned(24);
    if (event.firstUpdateId > event.lastUpdateId) {
      throw new SbeError('BAD_RANGE', 16, 'the first update is after the last');
    }
    this.readExponents(32);
    const asksAt = this.readLevels(bodyAt, event.bids);
    this.checkSymbol(this.readLevels(asksAt, event.asks));
    consume(event);
    return 1;
  }

  private readTicker(
    block: number,
    bodyAt: number,
    atMicros: EpochMicros,
    consume: EventConsumer,
  ): number {
    this.needBlock(block, BEST_BID_ASK_BLOCK);
    const event = this.ticker;
    event.atMicros = atMicros;
    event.venueTimeMicros = this.unsigned(8) as EpochMicros;
    event.updateId = this.unsigned(16);
    this.readExponents(24);
    event.bidPriceTicks = this.price(26) as PriceTicks;
    event.bidQuantityLots = this.bookLots(34) as QuantityLots;
    event.askPriceTicks = this.price(42) as PriceTicks;
    event.askQuantityLots = this.bookLots(50) as QuantityLots;
    this.checkSymbol(bodyAt);
    consume(event);
    return 1;
  }

  /** Everything is checked before the first trade is handed out. */
  private readTrades(
    block: number,
    bodyAt: number,
    atMicros: EpochMicros,
    consume: EventConsumer,
  ): number {
    this.needBlock(block, TRADES_BLOCK);
    const { view } = this;
    const time = this.unsigned(16) as EpochMicros;
    this.readExponents(24);
    this.need(bodyAt, 6);
    const entrySize = view.getUint16(bodyAt, true);
    const count = view.getUint32(bodyAt + 2, true);
    const firstAt = bodyAt + 6;
    if (count > 0 && entrySize < TRADE_ENTRY) this.tooShort(bodyAt, entrySize);
    this.need(firstAt, entrySize * count);
    this.checkSymbol(firstAt + entrySize * count);
    for (let index = 0; index < count; index++) this.readTrade(firstAt + index * entrySize);
    for (let index = 0; index < count; index++) {
      this.readTrade(firstAt + index * entrySize);
      this.trade.atMicros = atMicros;
      this.trade.venueTimeMicros = time;
      consume(this.trade);
    }
    return count;
  }

  private readTrade(at: number): void {
    const { trade, instrument } = this;
    trade.tradeId = this.unsigned(at);
    trade.priceTicks = this.price(at + 8) as PriceTicks;
    trade.quantityLots = this.steps(
      at + 16,
      this.quantityExponent,
      instrument.step,
      false,
    ) as QuantityLots;
    trade.aggressor = this.view.getUint8(at + 24) === 1 ? Side.SELL : Side.BUY;
  }

  /** Returns where the group ends. */
  private readLevels(at: number, column: LevelColumn): number {
    const { view } = this;
    this.need(at, 4);
    const entrySize = view.getUint16(at, true);
    const count = view.getUint16(at + 2, true);
    const firstAt = at + 4;
    if (count > LEVEL_COUNT_MAX) throw new SbeError('TOO_MANY_LEVELS', at, `${count} levels`);
    if (count > 0 && entrySize < LEVEL_ENTRY) this.tooShort(at, entrySize);
    this.need(firstAt, entrySize * count);
    column.clear();
    for (let index = 0; index < count; index++) {
      const entryAt = firstAt + index * entrySize;
      column.push(this.price(entryAt), this.bookLots(entryAt + 8));
    }
    return firstAt + entrySize * count;
  }

  private readExponents(at: number): void {
    this.priceExponent = this.view.getInt8(at);
    this.quantityExponent = this.view.getInt8(at + 1);
  }

  private price(at: number): number {
    const ticks = this.steps(at, this.priceExponent, this.instrument.tick, false);
    if (ticks === 0) throw new SbeError('ZERO_PRICE', at, 'a price is above zero');
    return ticks;
  }

  private bookLots(at: number): number {
    return this.steps(at, this.quantityExponent, this.instrument.step, true);
  }

  /** A decimal as a whole number of steps; `mayCut`: what is finer than the step is cut to at least one. */
  private steps(at: number, exponent: number, step: DecimalStep, mayCut: boolean): number {
    const mantissa = this.unsigned(at);
    if (mantissa === 0) return 0;
    const places = exponent + step.decimals;
    let scaled = mantissa;
    for (let place = 0; place < places; place++) scaled *= 10;
    if (scaled > Number.MAX_SAFE_INTEGER) {
      throw new SbeError('TOO_LARGE', at, `${mantissa}e${exponent} does not fit in 2^53 steps`);
    }
    let divisor = step.mantissa;
    for (let place = places; place < 0; place++) divisor *= 10;
    if (scaled % divisor === 0) return scaled / divisor;
    if (!mayCut) {
      throw new SbeError('OFF_GRID', at, `${mantissa}e${exponent} is no whole number of steps`);
    }
    this.dustCount += 1;
    return Math.max(1, Math.floor(scaled / divisor));
  }

  /** A signed 64-bit number that must be from 0 to 2^53 - 1: two halves instead of a BigInt. */
  private unsigned(at: number): number {
    const high = this.view.getInt32(at + 4, true);
    if (high < 0) throw new SbeError('NEGATIVE', at, 'the number is below zero');
    const value = high * HALF + this.view.getUint32(at, true);
    if (value > Number.MAX_SAFE_INTEGER) {
      throw new SbeError('TOO_LARGE', at, 'the number does not fit in 2^53');
    }
    return value;
  }

  private checkSymbol(at: number): void {
    const { view, symbol } = this;
    this.need(at, 1);
    const length = view.getUint8(at);
    this.need(at + 1, length);
    let isSame = length === symbol.length;
    for (let index = 0; isSame && index < length; index++) {
      isSame = view.getUint8(at + 1 + index) === symbol[index];
    }
    if (!isSame) throw new SbeError('WRONG_SYMBOL', at, `not ${this.instrument.symbol}`);
  }

  private needBlock(received: number, needed: number): void {
    if (received < needed) this.tooShort(0, received);
  }

  private tooShort(at: number, received: number): never {
    throw new SbeError('TRUNCATED', at, `a block or entry of ${received} bytes is too short`);
  }

  private need(at: number, size: number): void {
    if (at + size > this.view.byteLength) {
      throw new SbeError(
        'TRUNCATED',
        at,
        `${size} bytes wanted, ${this.view.byteLength - at} are there`,
      );
    }
  }
}
