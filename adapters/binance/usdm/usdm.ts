/** Decoder of Binance USD-M futures market streams and REST depth snapshots. Source: USD-M websocket-market-streams documentation. */

import {
  DecodedKind,
  FrameDecoder,
  type FrameScanner,
  frameLiteral,
  isUnreadEvent,
  type JsonFields,
} from '#adapters/binance/frames/frames.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { EpochMicros, PriceUnits, RateUnits } from '#units/integers.ts';

const DEPTH = frameLiteral('{"e":"depthUpdate","E":');
const BOOK_TICKER = frameLiteral('{"e":"bookTicker","u":');
const TRADE = frameLiteral('{"e":"trade","E":');
const AGGREGATE_TRADE = frameLiteral('{"e":"aggTrade","E":');
const MARK_PRICE = frameLiteral('{"e":"markPriceUpdate","E":');
const SNAPSHOT = frameLiteral('{"lastUpdateId":');
const EVENT_TIME = frameLiteral(',"E":');
const ENGINE_TIME = frameLiteral(',"T":');
const PAIR = frameLiteral(',"ps":');
const FIRST_UPDATE = frameLiteral(',"U":');
const LAST_UPDATE = frameLiteral(',"u":');
const PREVIOUS_UPDATE = frameLiteral(',"pu":');
const BIDS = frameLiteral(',"bids":');
const ASKS = frameLiteral(',"asks":');
const BID = frameLiteral(',"b":');
const ASK = frameLiteral(',"a":');
const BID_QUANTITY = frameLiteral(',"B":');
const ASK_QUANTITY = frameLiteral(',"A":');
const TRADE_ID = frameLiteral(',"t":');
const PRICE = frameLiteral(',"p":');
const QUANTITY = frameLiteral(',"q":');
const VISIBLE_QUANTITY = frameLiteral(',"nq":');
const FIRST_TRADE = frameLiteral(',"f":');
const LAST_TRADE = frameLiteral(',"l":');
const MARKET_EXECUTION = frameLiteral(',"X":"MARKET"');
const BUYER_IS_MAKER = frameLiteral(',"m":');
const AVERAGE_MARK = frameLiteral(',"ap":');
const INDEX_PRICE = frameLiteral(',"i":');
const SETTLE_PRICE = frameLiteral(',"P":');
const FUNDING_RATE = frameLiteral(',"r":');
const UNIVERSE = frameLiteral(',"st":1');
const OBJECT_END = frameLiteral('}');

/** `st` of a USD-M event; 2 is COIN-M, which the all-market streams mix in. */
const UNIVERSE_USD_M = 1;
const UNIT_DECIMALS = 8;

/**
 * USD-M: depthUpdate, bookTicker, trade, aggTrade, markPriceUpdate and the REST snapshot, in the
 * shapes of before and after the 2026 integration (`ps`, `st`, `nq`). Venue time is engine time `T`.
 *
 * An aggTrade's quantity is `nq` where the venue sends it: what traded against the visible book,
 * without retail price improvement. IGNORED: a trade frame that is no trade against that book (`X` other
 * than MARKET, nothing traded, the venue's zero-price frames).
 */
export class UsdmFrameDecoder extends FrameDecoder {
  private readonly symbol: Uint8Array;

  constructor(instrument: Instrument) {
    super(instrument);
    this.symbol = frameLiteral(`,"s":"${instrument.symbol}"`);
  }

  /** Hot: every message. */
  protected override scanPayload(scanner: FrameScanner): DecodedKind {
    if (scanner.accept(BOOK_TICKER)) return this.scanBookTicker(scanner);
    if (scanner.accept(DEPTH)) return this.scanDepth(scanner);
    if (scanner.accept(TRADE)) return this.scanTrade(scanner);
    if (scanner.accept(AGGREGATE_TRADE)) return this.scanAggregateTrade(scanner);
    if (scanner.accept(MARK_PRICE)) return this.scanMarkPrice(scanner);
    if (scanner.accept(SNAPSHOT)) return this.scanSnapshot(scanner);
    return DecodedKind.NONE;
  }

  protected override readPayload(fields: JsonFields, isEnveloped: boolean): DecodedKind {
    if (!fields.has('e')) return this.readUntyped(fields, isEnveloped);
    const type = fields.text('e');
    switch (type) {
      case 'depthUpdate':
        return this.readDepth(fields);
      case 'bookTicker':
        return this.readBookTicker(fields);
      case 'trade':
        return this.readTrade(fields);
      case 'aggTrade':
        return this.readAggregateTrade(fields);
      case 'markPriceUpdate':
        return this.readMarkPrice(fields);
      case 'serverShutdown':
        return DecodedKind.SERVER_SHUTDOWN;
      default:
        if (isUnreadEvent(type)) return DecodedKind.UNREAD;
        return this.refuse('UNKNOWN_EVENT', fields.at('e'), `"${type.slice(0, 60)}"`);
    }
  }

  private scanDepth(scanner: FrameScanner): DecodedKind {
    const event = this.depthDelta;
    const { tick, step } = this.instrument;
    event.bids.clear();
    event.asks.clear();
    const published = scanner.timeMicros();
    scanner.expect(ENGINE_TIME);
    const time = scanner.timeMicros();
    this.scanIdentity(scanner);
    scanner.expect(FIRST_UPDATE);
    const first = scanner.integer();
    scanner.expect(LAST_UPDATE);
    const last = scanner.integer();
    scanner.expect(PREVIOUS_UPDATE);
    const previous = scanner.integer();
    scanner.expect(BID);
    scanner.levels(event.bids, tick, step);
    scanner.expect(ASK);
    scanner.levels(event.asks, tick, step);
    scanEnd(scanner);
    if (!scanner.ok || first > last) return DecodedKind.NONE;
    return this.emitDepth(published, time, first, last, previous);
  }

  private readDepth(fields: JsonFields): DecodedKind {
    this.checkIdentity(fields);
    if (!fields.has('pu')) {
      this.refuse('WRONG_MARKET', fields.at('pu'), 'not there: USD-M depth has it');
    }
    const event = this.depthDelta;
    const { tick, step } = this.instrument;
    event.bids.clear();
    event.asks.clear();
    const first = fields.integer('U');
    const last = fields.integer('u');
    this.checkRange(fields, first, last);
    fields.levels('b', event.bids, tick, step);
    fields.levels('a', event.asks, tick, step);
    const published = fields.timeMicros('E');
    return this.emitDepth(published, fields.timeMicros('T'), first, last, fields.integer('pu'));
  }

  /** Times stand in front since 2026 and at the end before. */
  private scanBookTicker(scanner: FrameScanner): DecodedKind {
    const { tick, step } = this.instrument;
    let published = 0;
    let time = 0;
    const updateId = scanner.integer();
    const hasTimesInFront = scanner.accept(EVENT_TIME);
    if (hasTimesInFront) {
      published = scanner.timeMicros();
      scanner.expect(ENGINE_TIME);
      time = scanner.timeMicros();
    }
    this.scanIdentity(scanner);
    scanner.expect(BID);
    const bidPrice = scanner.quotedSteps(tick);
    scanner.expect(BID_QUANTITY);
    const bidQuantity = scanner.quotedSteps(step);
    scanner.expect(ASK);
    const askPrice = scanner.quotedSteps(tick);
    scanner.expect(ASK_QUANTITY);
    const askQuantity = scanner.quotedSteps(step);
    if (!hasTimesInFront) {
      scanner.expect(ENGINE_TIME);
      time = scanner.timeMicros();
      scanner.expect(EVENT_TIME);
      published = scanner.timeMicros();
    }
    scanEnd(scanner);
    if (!scanner.ok) return DecodedKind.NONE;
    this.fillTop(bidPrice, bidQuantity, askPrice, askQuantity);
    return this.emitTop(published, time, updateId);
  }

  private readBookTicker(fields: JsonFields): DecodedKind {
    this.checkIdentity(fields);
    const { tick, step } = this.instrument;
    this.fillTop(
      fields.priceTicks('b', tick),
      fields.bookLots('B', step),
      fields.priceTicks('a', tick),
      fields.bookLots('A', step),
    );
    const published = fields.timeMicros('E');
    return this.emitTop(published, fields.timeMicros('T'), fields.integer('u'));
  }

  private scanTrade(scanner: FrameScanner): DecodedKind {
    const published = scanner.timeMicros();
    scanner.expect(ENGINE_TIME);
    const time = scanner.timeMicros();
    this.scanIdentity(scanner);
    scanner.expect(TRADE_ID);
    const id = scanner.integer();
    scanner.expect(PRICE);
    const price = scanner.quotedSteps(this.instrument.tick);
    scanner.expect(QUANTITY);
    const quantity = scanner.quotedSteps(this.instrument.step);
    scanner.expect(MARKET_EXECUTION);
    scanner.expect(BUYER_IS_MAKER);
    const isBuyerMaker = scanner.flag();
    scanEnd(scanner);
    if (!scanner.ok || price === 0 || quantity === 0) return DecodedKind.NONE;
    return this.emitTrade(published, time, id, price, quantity, isBuyerMaker);
  }

  private readTrade(fields: JsonFields): DecodedKind {
    this.checkIdentity(fields);
    if (!fields.has('X')) {
      this.refuse('WRONG_MARKET', fields.at('X'), 'not there: USD-M trades have it');
    }
    const published = fields.timeMicros('E');
    const price = fields.priceTicks('p', this.instrument.tick);
    const quantity = fields.quantityLots('q', this.instrument.step);
    const kind = this.emitTrade(
      published,
      fields.timeMicros('T'),
      fields.integer('t'),
      price,
      quantity,
      fields.flag('m'),
    );
    const isOnBook = fields.text('X') === 'MARKET' && price !== 0 && quantity !== 0;
    return isOnBook ? kind : DecodedKind.IGNORED;
  }

  private scanAggregateTrade(scanner: FrameScanner): DecodedKind {
    const { tick, step } = this.instrument;
    const published = scanner.timeMicros();
    scanner.expect(ASK);
    const id = scanner.integer();
    this.scanIdentity(scanner);
    scanner.expect(PRICE);
    const price = scanner.quotedSteps(tick);
    scanner.expect(QUANTITY);
    let quantity = scanner.quotedSteps(step);
    if (scanner.accept(VISIBLE_QUANTITY)) quantity = scanner.quotedSteps(step);
    scanner.expect(FIRST_TRADE);
    scanner.integer();
    scanner.expect(LAST_TRADE);
    scanner.integer();
    scanner.expect(ENGINE_TIME);
    const time = scanner.timeMicros();
    scanner.expect(BUYER_IS_MAKER);
    const isBuyerMaker = scanner.flag();
    scanEnd(scanner);
    if (!scanner.ok || price === 0 || quantity === 0) return DecodedKind.NONE;
    return this.emitTrade(published, time, id, price, quantity, isBuyerMaker);
  }

  private readAggregateTrade(fields: JsonFields): DecodedKind {
    this.checkIdentity(fields);
    const { tick, step } = this.instrument;
    const total = fields.quantityLots('q', step);
    const quantity = fields.has('nq') ? fields.quantityLots('nq', step) : total;
    const price = fields.priceTicks('p', tick);
    const published = fields.timeMicros('E');
    const kind = this.emitTrade(
      published,
      fields.timeMicros('T'),
      fields.integer('a'),
      price,
      quantity,
      fields.flag('m'),
    );
    return price !== 0 && quantity !== 0 ? kind : DecodedKind.IGNORED;
  }

  private scanMarkPrice(scanner: FrameScanner): DecodedKind {
    const published = scanner.timeMicros();
    this.scanIdentity(scanner);
    scanner.expect(PRICE);
    const mark = scanner.quotedScaled(UNIT_DECIMALS);
    if (scanner.accept(AVERAGE_MARK)) scanner.quotedScaled(UNIT_DECIMALS);
    scanner.expect(INDEX_PRICE);
    const index = scanner.quotedScaled(UNIT_DECIMALS);
    scanner.expect(SETTLE_PRICE);
    scanner.quotedScaled(UNIT_DECIMALS);
    scanner.expect(FUNDING_RATE);
    const rate = scanner.quotedSignedScaled(UNIT_DECIMALS);
    scanner.expect(ENGINE_TIME);
    const next = scanner.timeMicros();
    scanEnd(scanner);
    if (!scanner.ok || mark === 0) return DecodedKind.NONE;
    return this.fillMarkPrice(published, mark, index, rate, next);
  }

  private readMarkPrice(fields: JsonFields): DecodedKind {
    this.checkIdentity(fields);
    const published = fields.timeMicros('E');
    const mark = fields.scaledUnits('p', false);
    if (mark === 0) this.refuse('ZERO_PRICE', fields.at('p'), 'a mark price is above zero');
    return this.fillMarkPrice(
      published,
      mark,
      fields.scaledUnits('i', false),
      fields.scaledUnits('r', true),
      fields.timeMicros('T'),
    );
  }

  private fillMarkPrice(
    published: number,
    mark: number,
    index: number,
    rate: number,
    next: number,
  ): DecodedKind {
    const event = this.markPrice;
    event.atMicros = this.atMicros;
    event.venueTimeMicros = published as EpochMicros;
    event.markPriceUnits = mark as PriceUnits;
    event.indexPriceUnits = index as PriceUnits;
    event.fundingRate = rate as RateUnits;
    event.nextFundingMicros = next as EpochMicros;
    this.event = event;
    this.publishedMicros = published;
    return DecodedKind.MARK_PRICE;
  }

  private scanSnapshot(scanner: FrameScanner): DecodedKind {
    const event = this.depthSnapshot;
    const { tick, step } = this.instrument;
    event.bids.clear();
    event.asks.clear();
    const last = scanner.integer();
    scanner.expect(EVENT_TIME);
    const published = scanner.timeMicros();
    scanner.expect(ENGINE_TIME);
    const time = scanner.timeMicros();
    scanner.expect(BIDS);
    scanner.levels(event.bids, tick, step);
    scanner.expect(ASKS);
    scanner.levels(event.asks, tick, step);
    scanner.expect(OBJECT_END);
    if (!scanner.ok || !this.isSnapshotSorted()) return DecodedKind.NONE;
    return this.emitSnapshot(published, time, last);
  }

  private readUntyped(fields: JsonFields, isEnveloped: boolean): DecodedKind {
    if (!fields.has('lastUpdateId')) {
      const code = fields.has('u') ? 'WRONG_MARKET' : 'UNKNOWN_EVENT';
      this.refuse(code, fields.at('e'), 'not there: USD-M events name their type');
    }
    if (isEnveloped) {
      this.refuse('UNSUPPORTED_STREAM', fields.at('lastUpdateId'), 'a partial book stream');
    }
    if (!fields.has('E')) this.refuse('WRONG_MARKET', fields.at('E'), 'not there: a spot snapshot');
    const event = this.depthSnapshot;
    const { tick, step } = this.instrument;
    event.bids.clear();
    event.asks.clear();
    fields.levels('bids', event.bids, tick, step);
    fields.levels('asks', event.asks, tick, step);
    this.checkSorted(fields);
    const published = fields.timeMicros('E');
    return this.emitSnapshot(published, fields.timeMicros('T'), fields.integer('lastUpdateId'));
  }

  /** Symbol, and the pair that follows it since 2026. */
  private scanIdentity(scanner: FrameScanner): void {
    scanner.expect(this.symbol);
    if (scanner.accept(PAIR)) scanner.skipText();
  }

  private checkIdentity(fields: JsonFields): void {
    if (fields.has('st') && fields.integer('st') !== UNIVERSE_USD_M) {
      this.refuse('WRONG_MARKET', fields.at('st'), 'not 1: the event belongs to COIN-M');
    }
    if (fields.has('ps')) fields.text('ps');
    this.checkSymbol(fields);
  }
}

/** The universe mark, which came in 2026, and the closing brace. */
function scanEnd(scanner: FrameScanner): void {
  scanner.accept(UNIVERSE);
  scanner.expect(OBJECT_END);
}
