import { BookStatus, type MarketSnapshot, TopSource } from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import {
  type EpochMicros,
  type InstrumentIndex,
  NO_INSTRUMENT,
  type PriceTicks,
  type PriceUnits,
  type QuantityLots,
  type RateUnits,
} from '#units/integers.ts';

/** The levels a snapshot shows, as written by the feed. */
class Levels {
  count = 0;
  pricesTicks = new Float64Array(0);
  quantitiesLots = new Float64Array(0);
}

/**
 * The one snapshot of an instrument, refilled in place. `version` rises when something pricing decides
 * on has changed: touch, levels, trade, mark, staleness. `confidence` falls with time without a new
 * version.
 */
export class LiveSnapshot implements MarketSnapshot, Persistent {
  instrument: InstrumentIndex = NO_INSTRUMENT;
  version = 0;
  status: BookStatus = BookStatus.EMPTY;
  isStale = true;
  confidence = 0;
  source: TopSource = TopSource.NONE;
  venueTimeMicros = 0 as EpochMicros;
  receiveTimeMicros = 0 as EpochMicros;
  updateId = 0;
  bidPriceTicks = 0 as PriceTicks;
  bidQuantityLots = 0 as QuantityLots;
  askPriceTicks = 0 as PriceTicks;
  askQuantityLots = 0 as QuantityLots;
  spreadTicks = 0;
  midHalfTicks = 0;
  weightedMidTicks = 0;
  imbalance = 0.5;
  bids: Levels = new Levels();
  asks: Levels = new Levels();
  tradeCount = 0;
  lastTradePriceTicks = 0 as PriceTicks;
  lastTradeQuantityLots = 0 as QuantityLots;
  lastTradeSide: Side = Side.BUY;
  lastTradeMicros = 0 as EpochMicros;
  markPriceUnits = 0 as PriceUnits;
  indexPriceUnits = 0 as PriceUnits;
  fundingRate = 0 as RateUnits;
  nextFundingMicros = 0 as EpochMicros;

  /** Binds the levels of a feed. Prices on another grid mean nothing now, so the touch starts empty. */
  bind(instrument: InstrumentIndex, bids: Levels, asks: Levels): void {
    this.instrument = instrument;
    this.bids = bids;
    this.asks = asks;
    this.status = BookStatus.EMPTY;
    this.source = TopSource.NONE;
    this.isStale = true;
    this.confidence = 0;
    this.updateId = 0;
    this.midHalfTicks = 0;
    this.weightedMidTicks = 0;
    this.lastTradePriceTicks = 0 as PriceTicks;
    this.lastTradeQuantityLots = 0 as QuantityLots;
    this.version += 1;
    this.refreshTop();
  }

  /**
   * Takes the touch from the levels and derives the rest: imbalance I = Qb / (Qb + Qa), weighted mid
   * I x Pa + (1 - I) x Pb (MODELS 1; Stoikov 2018). While a side is empty both mids keep their last
   * value and I is one half.
   *
   * Hot: whenever a level changed. No allocation.
   */
  refreshTop(): void {
    const hasBid = this.bids.count > 0;
    const hasAsk = this.asks.count > 0;
    const bid = hasBid ? (this.bids.pricesTicks[0] as number) : 0;
    const bidLots = hasBid ? (this.bids.quantitiesLots[0] as number) : 0;
    const ask = hasAsk ? (this.asks.pricesTicks[0] as number) : 0;
    const askLots = hasAsk ? (this.asks.quantitiesLots[0] as number) : 0;
    this.bidPriceTicks = bid as PriceTicks;
    this.bidQuantityLots = bidLots as QuantityLots;
    this.askPriceTicks = ask as PriceTicks;
    this.askQuantityLots = askLots as QuantityLots;
    if (!hasBid || !hasAsk) {
      this.spreadTicks = 0;
      this.imbalance = 0.5;
      return;
    }
    this.spreadTicks = ask - bid;
    this.midHalfTicks = bid + ask;
    this.imbalance = bidLots / (bidLots + askLots);
    this.weightedMidTicks = bid + this.imbalance * (ask - bid);
  }

  /** Everything but the levels, which their owner writes. */
  writeState(writer: StateWriter): void {
    writer.integer(this.instrument);
    writer.integer(this.version);
    writer.integer(this.status);
    writer.flag(this.isStale);
    writer.float(this.confidence);
    writer.integer(this.source);
    writer.integer(this.venueTimeMicros);
    writer.integer(this.receiveTimeMicros);
    writer.integer(this.updateId);
    writer.integer(this.midHalfTicks);
    writer.float(this.weightedMidTicks);
    writer.integer(this.tradeCount);
    writer.integer(this.lastTradePriceTicks);
    writer.integer(this.lastTradeQuantityLots);
    writer.integer(this.lastTradeSide);
    writer.integer(this.lastTradeMicros);
    writer.integer(this.markPriceUnits);
    writer.integer(this.indexPriceUnits);
    writer.integer(this.fundingRate);
    writer.integer(this.nextFundingMicros);
  }

  /** Call `refreshTop` once the levels are restored. */
  readState(reader: StateReader): void {
    this.instrument = reader.integer() as InstrumentIndex;
    this.version = reader.integer();
    this.status = reader.integer() as BookStatus;
    this.isStale = reader.flag();
    this.confidence = reader.float();
    this.source = reader.integer() as TopSource;
    this.venueTimeMicros = reader.integer() as EpochMicros;
    this.receiveTimeMicros = reader.integer() as EpochMicros;
    this.updateId = reader.integer();
    this.midHalfTicks = reader.integer();
    this.weightedMidTicks = reader.float();
    this.tradeCount = reader.integer();
    this.lastTradePriceTicks = reader.integer() as PriceTicks;
    this.lastTradeQuantityLots = reader.integer() as QuantityLots;
    this.lastTradeSide = reader.integer() as Side;
    this.lastTradeMicros = reader.integer() as EpochMicros;
    this.markPriceUnits = reader.integer() as PriceUnits;
    this.indexPriceUnits = reader.integer() as PriceUnits;
    this.fundingRate = reader.integer() as RateUnits;
    this.nextFundingMicros = reader.integer() as EpochMicros;
  }
}
