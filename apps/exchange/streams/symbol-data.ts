import type { ExchangeMarkets, SymbolMarket } from '#apps/exchange/market/symbol-market.ts';
import type { EpochMicros } from '#units/integers.ts';
import { Candles } from './candles.ts';
import { DecimalWriter } from './decimal-writer.ts';
import { MarketListeners, TradeAggregator } from './stream-source.ts';

/** One symbol with everything that public data is made of. Shared by streams and requests. */
export interface SymbolData {
  readonly market: SymbolMarket;
  readonly listeners: MarketListeners;
  readonly aggregates: TradeAggregator;
  readonly candles: Candles;
  readonly decimals: DecimalWriter;
  /** The moment that is worked on. */
  now(): EpochMicros;
}

/** All symbols of one market. */
export interface MarketData {
  readonly markets: ExchangeMarkets;
  readonly symbols: ReadonlyMap<string, SymbolData>;
}

export function marketData(
  markets: ExchangeMarkets,
  symbols: ReadonlyMap<string, SymbolMarket>,
): MarketData {
  const data = new Map<string, SymbolData>();
  for (const [symbol, market] of symbols) {
    data.set(symbol, {
      market,
      listeners: new MarketListeners(market),
      aggregates: new TradeAggregator(market),
      candles: new Candles(market),
      decimals: new DecimalWriter(market.instrument),
      now: () => markets.workingMicros,
    });
  }
  return { markets, symbols: data };
}
