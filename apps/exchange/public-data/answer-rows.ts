/** Rows that both markets print alike: klines, levels, aggregate trades. */
import type { CallParameters } from '#apps/exchange/api/call-parameters.ts';
import { type Json, VenueError } from '#apps/exchange/api/venue-error.ts';
import type { BookRow } from '#apps/exchange/market/symbol-market.ts';
import {
  type Candle,
  DAY_INTERVAL_MICROS,
  INTERVALS,
  nextOpenMicros,
} from '#apps/exchange/streams/candles.ts';
import type { DecimalWriter } from '#apps/exchange/streams/decimal-writer.ts';
import type { AggregateTrade } from '#apps/exchange/streams/stream-source.ts';
import type { SymbolData } from '#apps/exchange/streams/symbol-data.ts';
import { MICROS_PER_MILLI } from '#units/integers.ts';
import { momentMicros, rowLimit, timeWindow } from './public-operation.ts';

const AGGREGATES_MAX = 1_000;

export const millis = (micros: number): number => Math.floor(micros / MICROS_PER_MILLI);

export function levelRows(rows: readonly BookRow[], decimals: DecimalWriter): Json {
  return rows.map(([priceTicks, lots]) => [decimals.price(priceTicks), decimals.quantity(lots)]);
}

/** Aggregate trades by id, by time (oldest first), or the latest. */
export function chosenAggregates(
  { aggregates }: SymbolData,
  parameters: CallParameters,
): readonly AggregateTrade[] {
  const limit = rowLimit(parameters, 500, AGGREGATES_MAX);
  const fromId = parameters.optionalInteger('fromId');
  const window = timeWindow(parameters);
  if (!window.isGiven) return aggregates.latest(limit, fromId);
  const all = aggregates.latest(Number.MAX_SAFE_INTEGER, fromId);
  return all.filter(({ timeMicros }) => window.holds(timeMicros)).slice(0, limit);
}

/** Bars as the venue lists them: twelve fields each. Throws -1120 on an unknown interval. */
export function klineRows(found: SymbolData, parameters: CallParameters, most: number): Json {
  const label = parameters.required('interval');
  const interval = INTERVALS.get(label);
  if (interval === undefined) throw new VenueError(400, -1120, 'Invalid interval.');
  const from = momentMicros(parameters, 'startTime') ?? 0;
  const until = momentMicros(parameters, 'endTime') ?? Number.POSITIVE_INFINITY;
  const bars = found.candles.bars(interval, rowLimit(parameters, 500, most), from, until);
  return bars.map((bar) => klineRow(bar, interval, found.decimals));
}

function klineRow(bar: Candle, interval: number, decimals: DecimalWriter): Json {
  return [
    millis(bar.openMicros),
    decimals.price(bar.open),
    decimals.price(bar.high),
    decimals.price(bar.low),
    decimals.price(bar.close),
    decimals.quantity(bar.lots),
    millis(nextOpenMicros(interval, bar.openMicros)) - 1,
    decimals.quote(bar.notional),
    bar.trades,
    decimals.quantity(bar.takerBuyLots),
    decimals.quote(bar.takerBuyNotional),
    '0',
  ];
}

/** Last day's figures that both markets have. */
export function dayFigures(found: SymbolData, nowMicros: number): { readonly [key: string]: Json } {
  const { market, candles, decimals } = found;
  const day = candles.day(nowMicros) ?? candles.barAt(DAY_INTERVAL_MICROS, nowMicros);
  const last = market.lastPriceTicks;
  const open = day?.open ?? last;
  const change = last - open;
  const sign = change < 0 ? '-' : '';
  const lots = day?.lots ?? 0;
  const average = lots === 0 ? last : Math.round((day?.notional ?? 0) / lots);
  return {
    symbol: market.instrument.symbol,
    priceChange: `${sign}${decimals.price(Math.abs(change))}`,
    priceChangePercent: open === 0 ? '0.000' : ((100 * change) / open).toFixed(3),
    weightedAvgPrice: decimals.price(average),
    lastPrice: decimals.price(last),
    lastQty: decimals.quantity(market.trades(1)[0]?.quantityLots ?? 0),
    openPrice: decimals.price(open),
    highPrice: decimals.price(day?.high ?? last),
    lowPrice: decimals.price(day?.low ?? last),
    volume: decimals.quantity(lots),
    quoteVolume: decimals.quote(day?.notional ?? 0),
    openTime: millis(nowMicros) - 86_400_000,
    closeTime: millis(nowMicros),
    firstId: day?.firstTradeId ?? -1,
    lastId: day?.lastTradeId ?? -1,
    count: day?.trades ?? 0,
  };
}
