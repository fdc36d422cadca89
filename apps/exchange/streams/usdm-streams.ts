/** The public streams of USD-M by path and name, and their payloads (protocol of 2026). */
import type { ForcedOrder } from '#apps/exchange/market/symbol-market.ts';
import { formatScaled } from '#units/decimal-text.ts';
import { MICROS_PER_MILLI, MICROS_PER_SECOND } from '#units/integers.ts';
import { klineSource, miniTickerSource, tickerSource } from './bar-streams.ts';
import { rowsText, topText } from './spot-streams.ts';
import { StreamFrame, type WriteTime } from './stream-frame.ts';
import { type AggregateTrade, every, type StreamSource } from './stream-source.ts';
import type { MarketData, SymbolData } from './symbol-data.ts';

type Source = StreamSource<StreamFrame>;
export type UsdmGroup = 'public' | 'market';

const AGG_TRADE_MICROS = 100 * MICROS_PER_MILLI;
const DEPTH_MICROS: ReadonlyMap<string, number> = new Map([
  ['', 250 * MICROS_PER_MILLI],
  ['100ms', 100 * MICROS_PER_MILLI],
  ['500ms', 500 * MICROS_PER_MILLI],
]);
const MARK_MICROS: ReadonlyMap<string, number> = new Map([
  ['', 3 * MICROS_PER_SECOND],
  ['1s', MICROS_PER_SECOND],
]);
const ALL_TICKERS_MICROS = 5 * MICROS_PER_SECOND;
/**
 * Ids of the perpetual are shared by many symbols, so those of one are not contiguous: only `pu` chains.
 */
const ID_STRIDE = 13;
const FIRST_ID_OFFSET = 7;

/** Update id of the perpetual as the venue numbers it. */
export function usdmUpdateId(id: number): number {
  return id * ID_STRIDE;
}

/** Null when this path has no stream of that name: the venue acknowledges it and stays silent for ever. */
export function usdmStream(data: MarketData, group: UsdmGroup, name: string): Source | null {
  return group === 'public' ? publicStream(data, name) : marketStream(data, name);
}

function publicStream(data: MarketData, name: string): Source | null {
  if (name === '!bookTicker') return allBookTickers(data, name);
  const parts = partsOf(data, name);
  if (parts === null) return null;
  const { found, kind, speed } = parts;
  if (kind === 'bookTicker' && speed === '') return bookTicker(found, name);
  if (kind === 'trade' && speed === '') return trade(found, name);
  const interval = DEPTH_MICROS.get(speed);
  if (interval === undefined) return null;
  const partial = /^depth(5|10|20)$/.exec(kind)?.[1];
  if (partial !== undefined) return partialDepth(data, found, name, Number(partial), interval);
  const isDepth = kind === 'depth' || (kind === 'rpiDepth' && speed === '500ms');
  return isDepth ? depth(data, found, name, interval) : null;
}

function marketStream(data: MarketData, name: string): Source | null {
  if (name === '!miniTicker@arr') return miniTickerSource(data, name, 'usdm');
  if (name === '!forceOrder@arr') return allForcedOrders(data, name);
  const all = /^!markPrice@arr(?:@(1s))?$/.exec(name);
  if (all !== null) return allMarkPrices(data, name, MARK_MICROS.get(all[1] ?? '') as number);
  const parts = partsOf(data, name);
  if (parts === null) return null;
  const { found, kind, speed } = parts;
  const interval = MARK_MICROS.get(speed);
  if (kind === 'markPrice' && interval !== undefined) return markPrice(data, found, name, interval);
  if (speed !== '') return null;
  if (kind.startsWith('kline_')) return klineSource(data, found, name, kind, 'usdm');
  switch (kind) {
    case 'aggTrade':
      return aggTrade(data, found, name);
    case 'forceOrder':
      return forcedOrders(data, found, name);
    case 'ticker':
      return tickerSource(data, found, name, 'usdm');
    case 'miniTicker':
      return miniTickerSource(data, name, 'usdm', found);
    default:
      return null;
  }
}

function partsOf(data: MarketData, name: string) {
  const [symbol = '', kind = '', speed = '', ...rest] = name.split('@');
  const found = data.symbols.get(symbol.toUpperCase());
  if (found === undefined || symbol !== symbol.toLowerCase() || rest.length > 0) return null;
  return { found, kind, speed };
}

/** Each speed has a chain of its own: `pu` is the last `u` that this stream sent. */
function depth(data: MarketData, found: SymbolData, name: string, interval: number): Source {
  const { market, decimals } = found;
  return {
    open: (emit) => {
      const collector = market.collectDepth();
      let previous = usdmUpdateId(market.lastUpdateId);
      const stop = every(data.markets, interval, (now) => {
        const changes = collector.drain();
        if (changes === null) return;
        const first = usdmUpdateId(changes.firstUpdateId - 1) + FIRST_ID_OFFSET;
        const last = usdmUpdateId(changes.lastUpdateId);
        const { symbol } = market.instrument;
        const ids = `"U":${first},"u":${last},"pu":${previous}`;
        const rows = `"b":${rowsText(changes.bids, decimals)},"a":${rowsText(changes.asks, decimals)}`;
        previous = last;
        emit(new StreamFrame(name, (time) => depthText(symbol, ids, rows, time(now))));
      });
      return () => {
        stop();
        collector.close();
      };
    },
  };
}

function depthText(symbol: string, ids: string, rows: string, now: string): string {
  return `{"e":"depthUpdate","E":${now},"T":${now},"s":"${symbol}","ps":"${symbol}",${ids},${rows},"st":1}`;
}

function partialDepth(
  data: MarketData,
  { market, decimals }: SymbolData,
  name: string,
  levels: number,
  interval: number,
): Source {
  return {
    open: (emit) => {
      let previous = usdmUpdateId(market.lastUpdateId);
      return every(data.markets, interval, (now) => {
        const last = usdmUpdateId(market.lastUpdateId);
        if (last === previous) return;
        const { bids, asks } = market.depth(levels);
        const ids = `"U":${previous + FIRST_ID_OFFSET},"u":${last},"pu":${previous}`;
        const rows = `"b":${rowsText(bids, decimals)},"a":${rowsText(asks, decimals)}`;
        previous = last;
        const { symbol } = market.instrument;
        emit(new StreamFrame(name, (time) => depthText(symbol, ids, rows, time(now))));
      });
    },
  };
}

function bookTickerText({ market, decimals }: SymbolData, now: string): string {
  const { symbol } = market.instrument;
  return `{"e":"bookTicker","u":${usdmUpdateId(market.lastUpdateId)},"E":${now},"T":${now},"s":"${symbol}","ps":"${symbol}",${topText(market.depth(1), decimals)},"st":1}`;
}

function bookTicker(found: SymbolData, name: string): Source {
  const { listeners } = found;
  return {
    open: (emit) =>
      listeners.listen({
        onTrade: () => undefined,
        onBookChanged: (topChanged) => {
          if (!topChanged) return;
          const text = bookTickerText(found, NOW_MARK);
          const now = found.now();
          emit(new StreamFrame(name, (time) => text.replaceAll(NOW_MARK, time(now))));
        },
      }),
  };
}

/** Stands for the time in a text that is made when the book is as it says. */
const NOW_MARK = '@now';

function allBookTickers(data: MarketData, name: string): Source {
  return {
    open: (emit) =>
      every(data.markets, ALL_TICKERS_MICROS, (now) => {
        for (const found of data.symbols.values()) {
          emit(new StreamFrame(name, (time) => bookTickerText(found, time(now))));
        }
      }),
  };
}

function trade({ market, decimals, listeners }: SymbolData, name: string): Source {
  return {
    open: (emit) =>
      listeners.listen({
        onTrade: ({ tradeId, priceTicks, quantityLots, buyerIsMaker, timeMicros }) => {
          const body = `"s":"${market.instrument.symbol}","t":${tradeId},"p":"${decimals.price(priceTicks)}","q":"${decimals.quantity(quantityLots)}","X":"MARKET","m":${buyerIsMaker},"st":1`;
          emit(
            new StreamFrame(
              name,
              (time) => `{"e":"trade","E":${time(timeMicros)},"T":${time(timeMicros)},${body}}`,
            ),
          );
        },
        onBookChanged: () => undefined,
      }),
  };
}

/** Collected and sent every 100 ms, one message each. */
function aggTrade(data: MarketData, found: SymbolData, name: string): Source {
  return {
    open: (emit) => {
      let waiting: AggregateTrade[] = [];
      const unlisten = found.aggregates.listen((one) => waiting.push(one));
      const stop = every(data.markets, AGG_TRADE_MICROS, (now) => {
        const batch = waiting;
        waiting = [];
        for (const one of batch) emit(aggTradeFrame(found, name, one, now));
      });
      return () => {
        unlisten();
        stop();
      };
    },
  };
}

function aggTradeFrame(
  { market, decimals }: SymbolData,
  name: string,
  one: AggregateTrade,
  now: number,
): StreamFrame {
  const quantity = decimals.quantity(one.lots);
  const body = `"a":${one.id},"s":"${market.instrument.symbol}","p":"${decimals.price(one.priceTicks)}","q":"${quantity}","nq":"${quantity}","f":${one.firstTradeId},"l":${one.lastTradeId}`;
  return new StreamFrame(
    name,
    (time) =>
      `{"e":"aggTrade","E":${time(now)},${body},"T":${time(one.timeMicros)},"m":${one.buyerIsMaker},"st":1}`,
  );
}

function markText({ market, decimals }: SymbolData, now: string, time: WriteTime): string {
  const mark = decimals.priceOfUnits(market.markPriceUnits);
  const index = decimals.priceOfUnits(market.indexPriceUnits);
  const rate = formatScaled(market.fundingRate, 8);
  return `{"e":"markPriceUpdate","E":${now},"s":"${market.instrument.symbol}","p":"${mark}","ap":"${mark}","i":"${index}","P":"${mark}","r":"${rate}","T":${time(market.nextFundingMicros)},"st":1}`;
}

function markPrice(data: MarketData, found: SymbolData, name: string, interval: number): Source {
  return {
    open: (emit) =>
      every(data.markets, interval, (now) => {
        if (found.market.markPriceUnits === 0) return;
        emit(new StreamFrame(name, (time) => markText(found, time(now), time)));
      }),
  };
}

function allMarkPrices(data: MarketData, name: string, interval: number): Source {
  return {
    open: (emit) =>
      every(data.markets, interval, (now) => {
        const shown = [...data.symbols.values()].filter(
          ({ market }) => market.markPriceUnits !== 0,
        );
        emit(
          new StreamFrame(
            name,
            (time) => `[${shown.map((one) => markText(one, time(now), time)).join(',')}]`,
          ),
        );
      }),
  };
}

/** At most one a second: the largest of it. */
function forcedOrders(data: MarketData, found: SymbolData, name: string): Source {
  return {
    open: (emit) => {
      let largest: Forced | null = null;
      const unlisten = found.listeners.listen({
        onTrade: () => undefined,
        onBookChanged: () => undefined,
        onForcedOrder: (order) => {
          if (largest !== null && largest.order.quantityLots >= order.quantityLots) return;
          largest = { order, atMicros: found.now() };
        },
      });
      const stop = every(data.markets, MICROS_PER_SECOND, (now) => {
        const told = largest;
        largest = null;
        if (told !== null)
          emit(new StreamFrame(name, (time) => forcedText(found, told, now, time)));
      });
      return () => {
        unlisten();
        stop();
      };
    },
  };
}

function allForcedOrders(data: MarketData, name: string): Source {
  return {
    open: (emit) => {
      const stops = [...data.symbols.values()].map((found) =>
        forcedOrders(data, found, name).open(emit),
      );
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

interface Forced {
  readonly order: ForcedOrder;
  readonly atMicros: number;
}

function forcedText(
  { market, decimals }: SymbolData,
  { order, atMicros }: Forced,
  now: number,
  time: WriteTime,
): string {
  const { symbol } = market.instrument;
  const filled = decimals.quantity(order.filledLots);
  const status = order.filledLots === order.quantityLots ? 'FILLED' : 'EXPIRED';
  const body =
    `"s":"${symbol}","S":"${order.isBuy ? 'BUY' : 'SELL'}","o":"LIMIT","f":"IOC","q":"${decimals.quantity(order.quantityLots)}",` +
    `"p":"${decimals.price(order.priceTicks)}","ap":"${decimals.priceOfUnits(order.averagePriceUnits)}","X":"${status}","l":"${filled}","z":"${filled}","T":${time(atMicros)}`;
  return `{"e":"forceOrder","E":${time(now)},"ps":"${symbol}","st":1,"o":{${body}}}`;
}
