/** Decoder of Binance spot market streams and REST depth snapshots. Source: spot web-socket-streams documentation. */

import {
  DecodedKind,
  FrameDecoder,
  type FrameScanner,
  frameLiteral,
  isUnreadEvent,
  type JsonFields,
} from '#adapters/binance/frames/frames.ts';
import { NO_PREVIOUS_UPDATE } from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';

const DEPTH = frameLiteral('{"e":"depthUpdate","E":');
const TRADE = frameLiteral('{"e":"trade","E":');
const AGGREGATE_TRADE = frameLiteral('{"e":"aggTrade","E":');
const BOOK_TICKER = frameLiteral('{"u":');
const SNAPSHOT = frameLiteral('{"lastUpdateId":');
const BIDS = frameLiteral(',"bids":');
const ASKS = frameLiteral(',"asks":');
const LAST_UPDATE = frameLiteral(',"u":');
const BID_LEVELS = frameLiteral(',"b":');
const ASK_LEVELS = frameLiteral(',"a":');
const BID_QUANTITY = frameLiteral(',"B":');
const ASK_QUANTITY = frameLiteral(',"A":');
const PRICE = frameLiteral(',"p":');
const QUANTITY = frameLiteral(',"q":');
const FIRST_TRADE = frameLiteral(',"f":');
const LAST_TRADE = frameLiteral(',"l":');
const TRADE_TIME = frameLiteral(',"T":');
const BUYER_IS_MAKER = frameLiteral(',"m":');
const IGNORE_FLAG = frameLiteral(',"M":');
const OBJECT_END = frameLiteral('}');

/**
 * Spot: depthUpdate, bookTicker, trade, aggTrade and the REST snapshot. Depth and trades carry venue
 * time in milliseconds or microseconds; bookTicker and the snapshot carry none (venue time 0).
 * An aggTrade's `tradeId` is its aggregate id.
 */
export class SpotFrameDecoder extends FrameDecoder {
  private readonly depthSymbol: Uint8Array;
  private readonly tradeSymbol: Uint8Array;
  private readonly aggregateSymbol: Uint8Array;
  private readonly tickerSymbol: Uint8Array;

  constructor(instrument: Instrument) {
    super(instrument);
    this.depthSymbol = frameLiteral(`,"s":"${instrument.symbol}","U":`);
    this.tradeSymbol = frameLiteral(`,"s":"${instrument.symbol}","t":`);
    this.aggregateSymbol = frameLiteral(`,"s":"${instrument.symbol}","a":`);
    this.tickerSymbol = frameLiteral(`,"s":"${instrument.symbol}","b":`);
  }

  /** Hot: every message. */
  protected override scanPayload(scanner: FrameScanner): DecodedKind {
    if (scanner.accept(BOOK_TICKER)) return this.scanBookTicker(scanner);
    if (scanner.accept(TRADE)) return this.scanTrade(scanner, this.tradeSymbol, false);
    if (scanner.accept(DEPTH)) return this.scanDepth(scanner);
    if (scanner.accept(AGGREGATE_TRADE)) {
      return this.scanTrade(scanner, this.aggregateSymbol, true);
    }
    if (scanner.accept(SNAPSHOT)) return this.scanSnapshot(scanner);
    return DecodedKind.NONE;
  }

  protected override readPayload(fields: JsonFields, isEnveloped: boolean): DecodedKind {
    if (!fields.has('e')) return this.readUntyped(fields, isEnveloped);
    const type = fields.text('e');
    switch (type) {
      case 'depthUpdate':
        return this.readDepth(fields);
      case 'trade':
        return this.readTrade(fields, 't');
      case 'aggTrade':
        return this.readTrade(fields, 'a');
      case 'serverShutdown':
        return DecodedKind.SERVER_SHUTDOWN;
      case 'bookTicker':
      case 'markPriceUpdate':
        return this.refuse('WRONG_MARKET', fields.at('e'), `"${type}" is a USD-M event`);
      default:
        if (isUnreadEvent(type)) return DecodedKind.UNREAD;
        return this.refuse('UNKNOWN_EVENT', fields.at('e'), `"${type.slice(0, 60)}"`);
    }
  }

  private scanDepth(scanner: FrameScanner): DecodedKind {
    const event = this.depthDelta;
    event.bids.clear();
    event.asks.clear();
    const time = scanner.timeMicros();
    scanner.expect(this.depthSymbol);
    const first = scanner.integer();
    scanner.expect(LAST_UPDATE);
    const last = scanner.integer();
    scanner.expect(BID_LEVELS);
    scanner.levels(event.bids, this.instrument.tick, this.instrument.step);
    scanner.expect(ASK_LEVELS);
    scanner.levels(event.asks, this.instrument.tick, this.instrument.step);
    scanner.expect(OBJECT_END);
    if (!scanner.ok || first > last) return DecodedKind.NONE;
    return this.emitDepth(time, time, first, last, NO_PREVIOUS_UPDATE);
  }

  private readDepth(fields: JsonFields): DecodedKind {
    this.checkSymbol(fields);
    if (fields.has('pu')) this.refuse('WRONG_MARKET', fields.at('pu'), 'only USD-M depth has it');
    const event = this.depthDelta;
    event.bids.clear();
    event.asks.clear();
    const time = fields.timeMicros('E');
    const first = fields.integer('U');
    const last = fields.integer('u');
    this.checkRange(fields, first, last);
    fields.levels('b', event.bids, this.instrument.tick, this.instrument.step);
    fields.levels('a', event.asks, this.instrument.tick, this.instrument.step);
    return this.emitDepth(time, time, first, last, NO_PREVIOUS_UPDATE);
  }

  private scanBookTicker(scanner: FrameScanner): DecodedKind {
    const { tick, step } = this.instrument;
    const updateId = scanner.integer();
    scanner.expect(this.tickerSymbol);
    const bidPrice = scanner.quotedSteps(tick);
    scanner.expect(BID_QUANTITY);
    const bidQuantity = scanner.quotedSteps(step);
    scanner.expect(ASK_LEVELS);
    const askPrice = scanner.quotedSteps(tick);
    scanner.expect(ASK_QUANTITY);
    const askQuantity = scanner.quotedSteps(step);
    scanner.expect(OBJECT_END);
    if (!scanner.ok) return DecodedKind.NONE;
    this.fillTop(bidPrice, bidQuantity, askPrice, askQuantity);
    return this.emitTop(0, 0, updateId);
  }

  private readUntyped(fields: JsonFields, isEnveloped: boolean): DecodedKind {
    if (fields.has('lastUpdateId')) return this.readSnapshot(fields, isEnveloped);
    if (!fields.has('u')) {
      return this.refuse('UNKNOWN_EVENT', fields.at('e'), 'no event type and no update id');
    }
    this.checkSymbol(fields);
    const { tick, step } = this.instrument;
    this.fillTop(
      fields.priceTicks('b', tick),
      fields.bookLots('B', step),
      fields.priceTicks('a', tick),
      fields.bookLots('A', step),
    );
    return this.emitTop(0, 0, fields.integer('u'));
  }

  private scanTrade(scanner: FrameScanner, symbol: Uint8Array, isAggregate: boolean): DecodedKind {
    const published = scanner.timeMicros();
    scanner.expect(symbol);
    const id = scanner.integer();
    scanner.expect(PRICE);
    const price = scanner.quotedSteps(this.instrument.tick);
    scanner.expect(QUANTITY);
    const quantity = scanner.quotedSteps(this.instrument.step);
    if (isAggregate) {
      scanner.expect(FIRST_TRADE);
      scanner.integer();
      scanner.expect(LAST_TRADE);
      scanner.integer();
    }
    scanner.expect(TRADE_TIME);
    const time = scanner.timeMicros();
    scanner.expect(BUYER_IS_MAKER);
    const isBuyerMaker = scanner.flag();
    scanner.expect(IGNORE_FLAG);
    scanner.flag();
    scanner.expect(OBJECT_END);
    if (!scanner.ok || price === 0) return DecodedKind.NONE;
    return this.emitTrade(published, time, id, price, quantity, isBuyerMaker);
  }

  private readTrade(fields: JsonFields, idKey: 't' | 'a'): DecodedKind {
    this.checkSymbol(fields);
    if (fields.has('X')) this.refuse('WRONG_MARKET', fields.at('X'), 'only USD-M trades have it');
    const published = fields.timeMicros('E');
    const price = fields.priceTicks('p', this.instrument.tick);
    if (price === 0) this.refuse('ZERO_PRICE', fields.at('p'), 'a trade needs a price');
    return this.emitTrade(
      published,
      fields.timeMicros('T'),
      fields.integer(idKey),
      price,
      fields.quantityLots('q', this.instrument.step),
      fields.flag('m'),
    );
  }

  private scanSnapshot(scanner: FrameScanner): DecodedKind {
    const event = this.depthSnapshot;
    event.bids.clear();
    event.asks.clear();
    const last = scanner.integer();
    scanner.expect(BIDS);
    scanner.levels(event.bids, this.instrument.tick, this.instrument.step);
    scanner.expect(ASKS);
    scanner.levels(event.asks, this.instrument.tick, this.instrument.step);
    scanner.expect(OBJECT_END);
    if (!scanner.ok || !this.isSnapshotSorted()) return DecodedKind.NONE;
    return this.emitSnapshot(0, 0, last);
  }

  private readSnapshot(fields: JsonFields, isEnveloped: boolean): DecodedKind {
    if (isEnveloped) {
      this.refuse('UNSUPPORTED_STREAM', fields.at('lastUpdateId'), 'a partial book stream');
    }
    if (fields.has('E')) this.refuse('WRONG_MARKET', fields.at('E'), 'a USD-M snapshot');
    const event = this.depthSnapshot;
    event.bids.clear();
    event.asks.clear();
    fields.levels('bids', event.bids, this.instrument.tick, this.instrument.step);
    fields.levels('asks', event.asks, this.instrument.tick, this.instrument.step);
    this.checkSorted(fields);
    return this.emitSnapshot(0, 0, fields.integer('lastUpdateId'));
  }
}
