/** Markets, reports and fills for the tests of this folder, each field at a harmless value. */
import { bundledInstrument } from '#adapters/binance/exchange-info/exchange-info.ts';
import { TimerEvent } from '#contracts/events.ts';
import { ExecutionReport, type ReportStatus } from '#contracts/execution-report.ts';
import { type Instrument, InstrumentRole, Market } from '#contracts/instrument.ts';
import { BookStatus, type MarketSnapshot, TopSource } from '#contracts/market-snapshot.ts';
import { CommissionAsset, Layer, Side } from '#contracts/order.ts';
import { NoQuoteReason, type QuoteSide } from '#contracts/quote-set.ts';
import type {
  EpochMicros,
  InstrumentIndex,
  PriceTicks,
  QuantityLots,
  RateUnits,
} from '#units/integers.ts';
import type { FillRecord } from './fill-tape.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Loose<T> = { [Key in keyof T]?: T[Key] extends number ? number : T[Key] };

const NO_LEVELS = {
  count: 0,
  pricesTicks: new Float64Array(0),
  quantitiesLots: new Float64Array(0),
};

const NO_EDGE = {
  makerFeeBps: 0,
  adverseSelectionBps: 0,
  staleCostBps: 0,
  hedgeCostBps: 0,
  fundingBasisBps: 0,
  inventorySkewBps: 0,
  marginBps: 0,
  distanceBps: 0,
};

/** A live snapshot of 10 000 to 10 001 ticks. */
export function snapshot(changes: Loose<MarketSnapshot> = {}): Mutable<MarketSnapshot> {
  return {
    instrument: 0,
    version: 1,
    status: BookStatus.LIVE,
    isStale: false,
    confidence: 1,
    source: TopSource.BOOK_TICKER,
    venueTimeMicros: 0,
    receiveTimeMicros: 0,
    updateId: 1,
    bidPriceTicks: 10_000,
    bidQuantityLots: 10,
    askPriceTicks: 10_001,
    askQuantityLots: 10,
    spreadTicks: 1,
    midHalfTicks: 20_001,
    weightedMidTicks: 10_000.5,
    imbalance: 0.5,
    bids: NO_LEVELS,
    asks: NO_LEVELS,
    tradeCount: 0,
    lastTradePriceTicks: 0,
    lastTradeQuantityLots: 0,
    lastTradeSide: Side.BUY,
    lastTradeMicros: 0,
    markPriceUnits: 0,
    indexPriceUnits: 0,
    fundingRate: 0,
    nextFundingMicros: 0,
    ...changes,
  } as Mutable<MarketSnapshot>;
}

/** Spot and perpetual, live, spot at 10 000.5 and the perpetual at 10 010.5 ticks. */
export function markets() {
  return {
    quoted: snapshot(),
    hedge: snapshot({
      instrument: 1,
      bidPriceTicks: 10_010,
      askPriceTicks: 10_011,
      midHalfTicks: 20_021,
    }),
  };
}

export function timer(atMicros: number): TimerEvent {
  const event = new TimerEvent();
  event.atMicros = atMicros as EpochMicros;
  return event;
}

/** A report about order 1 on spot. */
export function report(
  status: ReportStatus,
  changes: Loose<Omit<ExecutionReport, 'kind' | 'status'>> = {},
): ExecutionReport {
  return Object.assign(new ExecutionReport(), {
    status,
    instrument: 0,
    clientOrderId: 1,
    side: Side.BUY,
    priceTicks: 10_000,
    quantityLots: 100,
    ...changes,
  });
}

/** One side that shows L0 where it has no reason against it, and nothing where it has one. */
export function quoteSide(side: Side, changes: Partial<QuoteSide> = {}): QuoteSide {
  const isQuoted = (changes.reason ?? NoQuoteReason.NONE) === NoQuoteReason.NONE;
  const level = {
    layer: Layer.L0,
    priceTicks: 10_000 as PriceTicks,
    quantityLots: (isQuoted ? 100 : 0) as QuantityLots,
    edge: NO_EDGE,
  };
  return { side, levels: [level], reason: NoQuoteReason.NONE, needed: 0, available: 0, ...changes };
}

/** A maker buy on spot of 100 lots at 10 000 ticks. */
export function fill(changes: Partial<FillRecord> = {}): FillRecord {
  return {
    sequence: 1,
    atMicros: 0,
    venueTimeMicros: 0,
    instrument: 0,
    clientOrderId: 1,
    tradeId: 1,
    side: Side.BUY,
    priceTicks: 10_000,
    lots: 100,
    isMaker: true,
    commissionUnits: 0,
    commissionAsset: CommissionAsset.BASE,
    midHalfTicks: 20_001,
    laterMidHalfTicks: new Float64Array(5).fill(Number.NaN),
    ...changes,
  };
}

/** Spot and perpetual of one symbol with the given fee rates (1e-8), spot first. */
export function instruments(
  symbol: string,
  spotMakerRate: number,
  perpMakerRate = 20_000,
): readonly Instrument[] {
  const of = (market: Market, rate: number): Instrument =>
    bundledInstrument(market, symbol, {
      index: (market === Market.SPOT ? 0 : 1) as InstrumentIndex,
      role: market === Market.SPOT ? InstrumentRole.QUOTED : InstrumentRole.HEDGE,
      version: 1,
      makerFeeRate: rate as RateUnits,
      takerFeeRate: (2 * rate) as RateUnits,
      feeAsset: '',
      feeAssetDiscountRate: 0 as RateUnits,
    });
  return [of(Market.SPOT, spotMakerRate), of(Market.PERPETUAL, perpMakerRate)];
}
