/**
 * The venue's own printer of its public messages: from an event to the bytes of Binance's JSON, in its
 * field order and number formats. Written apart from the decoders that read them, on purpose.
 *
 * Source: Binance spot web-socket-streams and USD-M websocket-market-streams documentation of 2026,
 * and the REST depth snapshots of both.
 */
import { EventKind } from '#contracts/event-kind.ts';
import type {
  BookTickerEvent,
  DepthDeltaEvent,
  DepthSnapshotEvent,
  LevelColumn,
  MarketEvent,
  MarkPriceEvent,
  TradeEvent,
} from '#contracts/events.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import { type EpochMicros, MICROS_PER_MILLI } from '#units/integers.ts';
import { asciiBytes, ByteWriter, NUMBER_SIZE_MAX } from './byte-writer.ts';

export interface FrameEncoderOptions {
  readonly instrument: Instrument;
  /** Digits after the point. Default: 8 on spot, those of tick and step on USD-M. */
  readonly pricePlaces?: number;
  readonly quantityPlaces?: number;
  /** Spot: the streams were asked for microseconds. Default true. USD-M has milliseconds only. */
  readonly inMicros?: boolean;
  /** Spot: trades as `trade` instead of `aggTrade`. Default false. */
  readonly printsSingleTrades?: boolean;
  /** A name other than the instrument's: what arrives when the streams of two symbols are mixed up. */
  readonly symbol?: string;
}

const SPOT_PLACES = 8;
/** Prices and rates in 1e-8. */
const UNIT_DECIMALS = 8;
/** More than all names and literals of any frame. */
const FRAME_SIZE = 1024;
const LEVEL_SIZE = 2 * NUMBER_SIZE_MAX + 4;

const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;

const DEPTH = asciiBytes('{"e":"depthUpdate","E":');
const TRADE = asciiBytes('{"e":"trade","E":');
const AGGREGATE = asciiBytes('{"e":"aggTrade","E":');
const MARK = asciiBytes('{"e":"markPriceUpdate","E":');
const SHUTDOWN = asciiBytes('{"e":"serverShutdown","E":');
const SPOT_TICKER = asciiBytes('{"u":');
const USDM_TICKER = asciiBytes('{"e":"bookTicker","u":');
const SNAPSHOT = asciiBytes('{"lastUpdateId":');
const EVENT_TIME = asciiBytes(',"E":');
const ENGINE_TIME = asciiBytes(',"T":');
const FIRST_UPDATE = asciiBytes(',"U":');
const LAST_UPDATE = asciiBytes(',"u":');
const PREVIOUS_UPDATE = asciiBytes(',"pu":');
const BIDS = asciiBytes(',"b":');
const ASKS = asciiBytes(',"a":');
const BIDS_LONG = asciiBytes(',"bids":');
const ASKS_LONG = asciiBytes(',"asks":');
const BID_QUANTITY = asciiBytes(',"B":');
const ASK_QUANTITY = asciiBytes(',"A":');
const TRADE_ID = asciiBytes(',"t":');
const AGGREGATE_ID = asciiBytes(',"a":');
const PRICE = asciiBytes(',"p":');
const QUANTITY = asciiBytes(',"q":');
const VISIBLE_QUANTITY = asciiBytes(',"nq":');
const FIRST_TRADE = asciiBytes(',"f":');
const LAST_TRADE = asciiBytes(',"l":');
const AVERAGE_MARK = asciiBytes(',"ap":');
const INDEX = asciiBytes(',"i":');
const SETTLE = asciiBytes(',"P":');
const RATE = asciiBytes(',"r":');
const MAKER_BUYS = asciiBytes(',"m":true');
const MAKER_SELLS = asciiBytes(',"m":false');
const SPOT_TRADE_END = asciiBytes(',"M":true}');
const END = asciiBytes('}');
const USDM_END = asciiBytes(',"st":1}');

/** Prints the messages of one instrument into one reused buffer. */
export class FrameEncoder {
  private readonly writer = new ByteWriter();
  private readonly isSpot: boolean;
  private readonly inMicros: boolean;
  private readonly printsSingleTrades: boolean;
  private readonly symbol: Uint8Array;
  private readonly pair: Uint8Array;
  private readonly priceDecimals: number;
  private readonly priceMantissa: number;
  private readonly pricePlaces: number;
  private readonly quantityDecimals: number;
  private readonly quantityMantissa: number;
  private readonly quantityPlaces: number;

  /** Throws a RangeError when there are fewer places than the tick or the step needs. */
  constructor(options: FrameEncoderOptions) {
    const { tick, step, market } = options.instrument;
    const name = options.symbol ?? options.instrument.symbol;
    this.isSpot = market === Market.SPOT;
    this.inMicros = this.isSpot && (options.inMicros ?? true);
    this.printsSingleTrades = this.isSpot && (options.printsSingleTrades ?? false);
    this.symbol = asciiBytes(`,"s":"${name}"`);
    this.pair = asciiBytes(`,"s":"${name}","ps":"${name}"`);
    this.priceDecimals = tick.decimals;
    this.priceMantissa = tick.mantissa;
    this.pricePlaces = options.pricePlaces ?? (this.isSpot ? SPOT_PLACES : tick.decimals);
    this.quantityDecimals = step.decimals;
    this.quantityMantissa = step.mantissa;
    this.quantityPlaces = options.quantityPlaces ?? (this.isSpot ? SPOT_PLACES : step.decimals);
    if (this.pricePlaces < tick.decimals || this.quantityPlaces < step.decimals) {
      throw new RangeError('a price or quantity needs all digits of its tick or step');
    }
  }

  /** The bytes of the last frame stand at the front. Valid until the next one; may be another array then. */
  get bytes(): Uint8Array {
    return this.writer.bytes;
  }

  /**
   * Prints one event and returns the length of its frame. A status of the connection is no message:
   * 0. Spot tickers and snapshots carry no time, USD-M times lose what is below a millisecond.
   *
   * Hot: every market event.
   */
  encode(event: Readonly<MarketEvent>): number {
    const { writer } = this;
    writer.clear();
    writer.reserve(FRAME_SIZE);
    switch (event.kind) {
      case EventKind.DEPTH_DELTA:
        this.depth(event);
        break;
      case EventKind.DEPTH_SNAPSHOT:
        this.snapshot(event);
        break;
      case EventKind.BOOK_TICKER:
        this.ticker(event);
        break;
      case EventKind.TRADE:
        this.trade(event);
        break;
      case EventKind.MARK_PRICE:
        this.mark(event);
        break;
      case EventKind.FEED_STATUS:
        break;
    }
    return writer.length;
  }

  /** The notice that the server goes away. */
  encodeShutdown(atMicros: EpochMicros): number {
    this.writer.clear();
    this.field(SHUTDOWN);
    this.time(atMicros);
    this.writer.literal(END);
    return this.writer.length;
  }

  private depth(event: Readonly<DepthDeltaEvent>): void {
    const { writer } = this;
    writer.literal(DEPTH);
    this.time(event.venueTimeMicros);
    if (this.isSpot) {
      writer.literal(this.symbol);
    } else {
      this.field(ENGINE_TIME);
      this.time(event.venueTimeMicros);
      writer.literal(this.pair);
    }
    this.numbered(FIRST_UPDATE, event.firstUpdateId);
    this.numbered(LAST_UPDATE, event.lastUpdateId);
    if (!this.isSpot) this.numbered(PREVIOUS_UPDATE, Math.max(0, event.previousUpdateId));
    this.levels(BIDS, event.bids);
    this.levels(ASKS, event.asks);
    writer.literal(this.isSpot ? END : USDM_END);
  }

  private snapshot(event: Readonly<DepthSnapshotEvent>): void {
    this.numbered(SNAPSHOT, event.lastUpdateId);
    if (!this.isSpot) {
      this.field(EVENT_TIME);
      this.time(event.venueTimeMicros);
      this.field(ENGINE_TIME);
      this.time(event.venueTimeMicros);
    }
    this.levels(BIDS_LONG, event.bids);
    this.levels(ASKS_LONG, event.asks);
    this.writer.literal(END);
  }

  private ticker(event: Readonly<BookTickerEvent>): void {
    const { writer } = this;
    this.numbered(this.isSpot ? SPOT_TICKER : USDM_TICKER, event.updateId);
    if (this.isSpot) {
      writer.literal(this.symbol);
    } else {
      this.field(EVENT_TIME);
      this.time(event.venueTimeMicros);
      this.field(ENGINE_TIME);
      this.time(event.venueTimeMicros);
      writer.literal(this.pair);
    }
    writer.literal(BIDS);
    this.price(event.bidPriceTicks);
    writer.literal(BID_QUANTITY);
    this.quantity(event.bidQuantityLots);
    writer.literal(ASKS);
    this.price(event.askPriceTicks);
    writer.literal(ASK_QUANTITY);
    this.quantity(event.askQuantityLots);
    writer.literal(this.isSpot ? END : USDM_END);
  }

  private trade(event: Readonly<TradeEvent>): void {
    const { writer } = this;
    writer.literal(this.printsSingleTrades ? TRADE : AGGREGATE);
    this.time(event.venueTimeMicros);
    if (this.isSpot) writer.literal(this.symbol);
    if (this.printsSingleTrades) this.numbered(TRADE_ID, event.tradeId);
    else this.numbered(AGGREGATE_ID, event.tradeId);
    if (!this.isSpot) writer.literal(this.symbol);
    writer.literal(PRICE);
    this.price(event.priceTicks);
    writer.literal(QUANTITY);
    this.quantity(event.quantityLots);
    if (!this.isSpot) {
      writer.literal(VISIBLE_QUANTITY);
      this.quantity(event.quantityLots);
    }
    if (!this.printsSingleTrades) {
      this.numbered(FIRST_TRADE, event.tradeId);
      this.numbered(LAST_TRADE, event.tradeId);
    }
    this.field(ENGINE_TIME);
    this.time(event.venueTimeMicros);
    // The buyer was the maker when the seller took.
    writer.literal(event.aggressor === Side.SELL ? MAKER_BUYS : MAKER_SELLS);
    writer.literal(this.isSpot ? SPOT_TRADE_END : USDM_END);
  }

  /** The moving average of the mark and the estimated settle price are not modelled: both are the mark. */
  private mark(event: Readonly<MarkPriceEvent>): void {
    const { writer } = this;
    writer.literal(MARK);
    this.time(event.venueTimeMicros);
    writer.literal(this.symbol);
    this.units(PRICE, event.markPriceUnits);
    this.units(AVERAGE_MARK, event.markPriceUnits);
    this.units(INDEX, event.indexPriceUnits);
    this.units(SETTLE, event.markPriceUnits);
    this.units(RATE, event.fundingRate);
    this.field(ENGINE_TIME);
    this.time(event.nextFundingMicros);
    writer.literal(USDM_END);
  }

  private levels(name: Uint8Array, column: Readonly<LevelColumn>): void {
    const { writer } = this;
    writer.reserve(column.count * LEVEL_SIZE + FRAME_SIZE);
    writer.literal(name);
    writer.byte(OPEN);
    for (let index = 0; index < column.count; index++) {
      if (index > 0) writer.byte(COMMA);
      writer.byte(OPEN);
      this.price(column.pricesTicks[index] as number);
      writer.byte(COMMA);
      this.quantity(column.quantitiesLots[index] as number);
      writer.byte(CLOSE);
    }
    writer.byte(CLOSE);
  }

  private field(name: Uint8Array): void {
    this.writer.literal(name);
  }

  private numbered(name: Uint8Array, value: number): void {
    this.writer.literal(name);
    this.writer.integer(value);
  }

  private units(name: Uint8Array, value: number): void {
    this.writer.literal(name);
    this.writer.quotedDecimal(value, UNIT_DECIMALS, UNIT_DECIMALS);
  }

  private price(ticks: number): void {
    this.writer.quotedDecimal(ticks * this.priceMantissa, this.priceDecimals, this.pricePlaces);
  }

  private quantity(lots: number): void {
    const { quantityMantissa, quantityDecimals, quantityPlaces } = this;
    this.writer.quotedDecimal(lots * quantityMantissa, quantityDecimals, quantityPlaces);
  }

  private time(micros: EpochMicros): void {
    this.writer.integer(this.inMicros ? micros : Math.floor(micros / MICROS_PER_MILLI));
  }
}
