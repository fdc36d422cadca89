/** Candles and the last day's figures of one symbol, made of its trades since the exchange began. */
import type { PublicTrade, SymbolMarket } from '#apps/exchange/market/symbol-market.ts';
import { MICROS_PER_MILLI, MICROS_PER_SECOND } from '#units/integers.ts';

const SECOND = MICROS_PER_SECOND;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const WEEK = 7 * DAY;
/** Stands for a month of the calendar. */
const MONTH = 30 * DAY;
/** 1970 began on a Thursday, weeks begin on Monday. */
const FIRST_MONDAY = 4 * DAY;

/** The venue's intervals in microseconds. */
export const INTERVALS: ReadonlyMap<string, number> = new Map([
  ['1s', SECOND],
  ['1m', MINUTE],
  ['3m', 3 * MINUTE],
  ['5m', 5 * MINUTE],
  ['15m', 15 * MINUTE],
  ['30m', 30 * MINUTE],
  ['1h', HOUR],
  ['2h', 2 * HOUR],
  ['4h', 4 * HOUR],
  ['6h', 6 * HOUR],
  ['8h', 8 * HOUR],
  ['12h', 12 * HOUR],
  ['1d', DAY],
  ['3d', 3 * DAY],
  ['1w', WEEK],
  ['1M', MONTH],
]);
export const DAY_INTERVAL_MICROS = DAY;

/** When the bar opened that a moment lies in, by a clock that is `offsetMicros` ahead of UTC. */
export function barOpenMicros(intervalMicros: number, micros: number, offsetMicros = 0): number {
  const local = micros + offsetMicros;
  return localOpen(intervalMicros, local) - offsetMicros;
}

/** When the next bar opens after the one that opened at `openMicros`. */
export function nextOpenMicros(
  intervalMicros: number,
  openMicros: number,
  offsetMicros = 0,
): number {
  if (intervalMicros !== MONTH) return openMicros + intervalMicros;
  const date = new Date((openMicros + offsetMicros) / MICROS_PER_MILLI);
  const next = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
  return next * MICROS_PER_MILLI - offsetMicros;
}

function localOpen(intervalMicros: number, local: number): number {
  if (intervalMicros === MONTH) {
    const date = new Date(local / MICROS_PER_MILLI);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth()) * MICROS_PER_MILLI;
  }
  const first = intervalMicros === WEEK ? FIRST_MONDAY : 0;
  return Math.floor((local - first) / intervalMicros) * intervalMicros + first;
}

/** Bars kept at each of the two widths that are gathered; wider ones are put together of minutes. */
const KEPT_MAX = 3_000;

/** Prices in ticks, quantities in lots, `notional` in ticks times lots. */
export interface Candle {
  readonly openMicros: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly lots: number;
  readonly notional: number;
  readonly trades: number;
  readonly takerBuyLots: number;
  readonly takerBuyNotional: number;
  readonly firstTradeId: number;
  readonly lastTradeId: number;
}

type OpenCandle = { -readonly [Key in keyof Candle]: Candle[Key] };

export class Candles {
  private readonly seconds: OpenCandle[] = [];
  private readonly minutes: OpenCandle[] = [];

  constructor(market: SymbolMarket) {
    for (const trade of market.trades(Number.MAX_SAFE_INTEGER)) this.note(trade);
    market.addObserver({ onTrade: (trade) => this.note(trade), onBookChanged: () => undefined });
  }

  /** Bars of an interval, oldest first, at most `limit`; those that opened from `fromMicros` until `toMicros`. */
  bars(
    intervalMicros: number,
    limit: number,
    fromMicros = 0,
    toMicros = Number.POSITIVE_INFINITY,
    offsetMicros = 0,
  ): readonly Candle[] {
    const source = intervalMicros === SECOND ? this.seconds : this.minutes;
    const merged: OpenCandle[] = [];
    for (const bar of source) {
      const openMicros = barOpenMicros(intervalMicros, bar.openMicros, offsetMicros);
      if (openMicros < fromMicros || openMicros > toMicros) continue;
      const last = merged.at(-1);
      if (last?.openMicros === openMicros) merge(last, bar);
      else merged.push({ ...bar, openMicros });
    }
    return fromMicros > 0 ? merged.slice(0, limit) : merged.slice(-limit);
  }

  /** The bar that `micros` lies in, or an empty one at the last price; null before the first trade. */
  barAt(intervalMicros: number, micros: number, offsetMicros = 0): Candle | null {
    const openMicros = barOpenMicros(intervalMicros, micros, offsetMicros);
    const [bar] = this.bars(intervalMicros, 1, openMicros, openMicros, offsetMicros);
    if (bar !== undefined) return bar;
    const last = this.minutes.at(-1);
    if (last === undefined) return null;
    return { ...empty(openMicros, last.close), firstTradeId: -1, lastTradeId: -1 };
  }

  /** Everything of the last 24 hours as one bar; null before the first trade. */
  day(nowMicros: number): Candle | null {
    let whole: OpenCandle | null = null;
    for (const bar of this.minutes) {
      if (bar.openMicros < nowMicros - DAY) continue;
      if (whole === null) whole = { ...bar };
      else merge(whole, bar);
    }
    return whole;
  }

  private note(trade: PublicTrade): void {
    add(this.seconds, trade, SECOND);
    add(this.minutes, trade, MINUTE);
  }
}

function add(bars: OpenCandle[], trade: PublicTrade, width: number): void {
  const openMicros = Math.floor(trade.timeMicros / width) * width;
  let bar = bars.at(-1);
  if (bar?.openMicros !== openMicros) {
    bar = { ...empty(openMicros, trade.priceTicks), firstTradeId: trade.tradeId };
    bars.push(bar);
    if (bars.length >= 2 * KEPT_MAX) bars.splice(0, KEPT_MAX);
  }
  const notional = trade.priceTicks * trade.quantityLots;
  bar.high = Math.max(bar.high, trade.priceTicks);
  bar.low = Math.min(bar.low, trade.priceTicks);
  bar.close = trade.priceTicks;
  bar.lots += trade.quantityLots;
  bar.notional += notional;
  bar.trades += 1;
  bar.lastTradeId = trade.tradeId;
  if (trade.buyerIsMaker) return;
  bar.takerBuyLots += trade.quantityLots;
  bar.takerBuyNotional += notional;
}

function merge(into: OpenCandle, bar: Candle): void {
  into.high = Math.max(into.high, bar.high);
  into.low = Math.min(into.low, bar.low);
  into.close = bar.close;
  into.lots += bar.lots;
  into.notional += bar.notional;
  into.trades += bar.trades;
  into.takerBuyLots += bar.takerBuyLots;
  into.takerBuyNotional += bar.takerBuyNotional;
  into.lastTradeId = bar.lastTradeId;
}

function empty(openMicros: number, price: number): OpenCandle {
  return {
    openMicros,
    open: price,
    high: price,
    low: price,
    close: price,
    lots: 0,
    notional: 0,
    trades: 0,
    takerBuyLots: 0,
    takerBuyNotional: 0,
    firstTradeId: 0,
    lastTradeId: 0,
  };
}
