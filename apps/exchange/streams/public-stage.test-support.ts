/** One symbol on both markets with nobody in its books, and a clock that the test moves. For tests. */
import { exchangeInstrument, listedSymbol } from '#apps/exchange/market/exchange-instruments.ts';
import { MatchedSymbol } from '#apps/exchange/market/matched-symbol.ts';
import type { ExchangeMarkets } from '#apps/exchange/market/symbol-market.ts';
import { Market } from '#contracts/instrument.ts';
import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import type { VenueOrder } from '#simulation/venue/venue-book.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros, PriceTicks, QuantityLots } from '#units/integers.ts';
import { type MarketData, marketData } from './symbol-data.ts';

/** 2026-11-22T00:00:00Z. */
export const STAGE_START_MICROS = 1_795_305_600_000_000;

export class PublicStage {
  readonly clock = new VirtualClock(STAGE_START_MICROS as EpochMicros);
  readonly markets: ExchangeMarkets;
  readonly spot: MatchedSymbol;
  readonly usdm: MatchedSymbol;
  readonly spotData: MarketData;
  readonly usdmData: MarketData;
  private orderId = 0;

  /** Ids before the first; a symbol that the exchange lists. */
  constructor(symbol = 'DOGEUSDT', lastUpdateId = 9_000_000_000, lastTradeId = 1_200_000_000) {
    const { clock } = this;
    const listed = listedSymbol(symbol);
    if (listed === null) throw new RangeError(`not listed: ${symbol}`);
    const open = (market: Market): MatchedSymbol =>
      new MatchedSymbol({
        instrument: exchangeInstrument(listed, market),
        workingMicros: () => clock.nowMicros,
        lastTradeId,
        lastUpdateId,
      });
    this.spot = open(Market.SPOT);
    this.usdm = open(Market.PERPETUAL);
    this.markets = {
      spot: new Map([[symbol, this.spot]]),
      usdm: new Map([[symbol, this.usdm]]),
      nowMicros: () => clock.nowMicros,
      get workingMicros() {
        return clock.nowMicros;
      },
      schedule: (atMicros, task) => clock.schedule(atMicros, { run: task }),
      onFunding: () => undefined,
      close: () => undefined,
    };
    this.spotData = marketData(this.markets, this.markets.spot);
    this.usdmData = marketData(this.markets, this.markets.usdm);
  }

  /** Runs what is due until so many milliseconds after the start. */
  runTo(millis: number): void {
    this.clock.runUntil((STAGE_START_MICROS + millis * 1_000) as EpochMicros);
  }

  /** Somebody's limit order. */
  place(market: MatchedSymbol, side: Side, ticks: number, lots: number): VenueOrder {
    this.orderId += 1;
    const order: VenueOrder = {
      venueOrderId: this.orderId,
      owner: 7,
      clientOrderId: 0,
      side,
      type: OrderType.LIMIT,
      timeInForce: TimeInForce.GTC,
      selfTradeMode: SelfTradeMode.NONE,
      reduceOnly: false,
      priceTicks: ticks as PriceTicks,
      quantityLots: lots as QuantityLots,
      filledLots: 0 as QuantityLots,
      preventedLots: 0 as QuantityLots,
    };
    market.book.place(order, this.clock.nowMicros);
    return order;
  }

  buy(market: MatchedSymbol, ticks: number, lots: number): VenueOrder {
    return this.place(market, Side.BUY, ticks, lots);
  }

  sell(market: MatchedSymbol, ticks: number, lots: number): VenueOrder {
    return this.place(market, Side.SELL, ticks, lots);
  }
}

/** A message with its values left out: keys, their order, the decimals of texts, the kind of the rest. */
export function shapeOf(text: string): string {
  return text
    .replaceAll(/"-?\d+\.(\d+)"/g, (_all, decimals: string) => `"#.${decimals.length}"`)
    .replaceAll(/"-?\d+"/g, '"#"')
    .replaceAll(/:-?\d+/g, ':#')
    .replaceAll(/:(true|false)/g, ':?')
    .replaceAll(/(\["#[.\d]*","#[.\d]*"\])(,\1)+/g, '$1');
}
