/** The public streams of spot by name, and their payloads (protocol of 2026, spot market streams). */
import type { BookRow } from '#apps/exchange/market/symbol-market.ts';
import { MICROS_PER_MILLI, MICROS_PER_SECOND } from '#units/integers.ts';
import { klineSource, miniTickerSource, tickerSource } from './bar-streams.ts';
import type { DecimalWriter } from './decimal-writer.ts';
import { StreamFrame } from './stream-frame.ts';
import { every, type StreamSource } from './stream-source.ts';
import type { MarketData, SymbolData } from './symbol-data.ts';

const FAST_MICROS = 100 * MICROS_PER_MILLI;
const SLOW_MICROS = MICROS_PER_SECOND;

type Source = StreamSource<StreamFrame>;

/** The source of a stream; null when the venue has none of that name: it stays silent. */
export function spotStream(data: MarketData, name: string): Source | null {
  if (name === '!miniTicker@arr') return miniTickerSource(data, name, 'spot');
  const [symbol = '', kind = '', speed = '', ...rest] = name.split('@');
  const found = data.symbols.get(symbol.toUpperCase());
  if (found === undefined || symbol !== symbol.toLowerCase() || rest.length > 0) return null;
  if (kind.startsWith('kline_')) return klineSource(data, found, name, kind, 'spot', speed);
  if (speed !== '' && speed !== '100ms') return null;
  const micros = speed === '100ms' ? FAST_MICROS : SLOW_MICROS;
  const partial = /^depth(5|10|20)$/.exec(kind)?.[1];
  if (partial !== undefined) return partialDepth(data, found, name, Number(partial), micros);
  if (kind === 'depth') return depth(data, found, name, micros);
  if (speed !== '') return null;
  switch (kind) {
    case 'bookTicker':
      return bookTicker(found, name);
    case 'trade':
      return trade(found, name);
    case 'aggTrade':
      return aggTrade(found, name);
    case 'avgPrice':
      return avgPrice(data, found, name);
    case 'referencePrice':
      return referencePrice(data, found, name);
    case 'ticker':
      return tickerSource(data, found, name, 'spot');
    case 'miniTicker':
      return miniTickerSource(data, name, 'spot', found);
    default:
      return null;
  }
}

function depth(data: MarketData, found: SymbolData, name: string, interval: number): Source {
  const { market, decimals } = found;
  return {
    open: (emit) => {
      const collector = market.collectDepth();
      const stop = every(data.markets, interval, (now) => {
        const changes = collector.drain();
        if (changes === null) return;
        const { symbol } = market.instrument;
        const body = `"s":"${symbol}","U":${changes.firstUpdateId},"u":${changes.lastUpdateId},"b":${rowsText(changes.bids, decimals)},"a":${rowsText(changes.asks, decimals)}`;
        emit(new StreamFrame(name, (time) => `{"e":"depthUpdate","E":${time(now)},${body}}`));
      });
      return () => {
        stop();
        collector.close();
      };
    },
  };
}

function partialDepth(
  data: MarketData,
  found: SymbolData,
  name: string,
  levels: number,
  interval: number,
): Source {
  const { market, decimals } = found;
  return {
    open: (emit) => {
      let toldId = -1;
      return every(data.markets, interval, () => {
        if (market.lastUpdateId === toldId) return;
        toldId = market.lastUpdateId;
        const { bids, asks } = market.depth(levels);
        const text = `{"lastUpdateId":${toldId},"bids":${rowsText(bids, decimals)},"asks":${rowsText(asks, decimals)}}`;
        emit(new StreamFrame(name, () => text));
      });
    },
  };
}

function bookTicker({ market, decimals, listeners }: SymbolData, name: string): Source {
  return {
    open: (emit) =>
      listeners.listen({
        onTrade: () => undefined,
        onBookChanged: (topChanged) => {
          if (!topChanged) return;
          const text = `{"u":${market.lastUpdateId},"s":"${market.instrument.symbol}",${topText(market.depth(1), decimals)}}`;
          emit(new StreamFrame(name, () => text));
        },
      }),
  };
}

function trade({ market, decimals, listeners }: SymbolData, name: string): Source {
  return {
    open: (emit) =>
      listeners.listen({
        onTrade: ({ tradeId, priceTicks, quantityLots, buyerIsMaker, timeMicros }) => {
          const body = `"s":"${market.instrument.symbol}","t":${tradeId},"p":"${decimals.price(priceTicks)}","q":"${decimals.quantity(quantityLots)}"`;
          emit(
            new StreamFrame(
              name,
              (time) =>
                `{"e":"trade","E":${time(timeMicros)},${body},"T":${time(timeMicros)},"m":${buyerIsMaker},"M":true}`,
            ),
          );
        },
        onBookChanged: () => undefined,
      }),
  };
}

function aggTrade({ market, decimals, aggregates }: SymbolData, name: string): Source {
  return {
    open: (emit) =>
      aggregates.listen((one) => {
        const body = `"s":"${market.instrument.symbol}","a":${one.id},"p":"${decimals.price(one.priceTicks)}","q":"${decimals.quantity(one.lots)}","f":${one.firstTradeId},"l":${one.lastTradeId}`;
        emit(
          new StreamFrame(
            name,
            (time) =>
              `{"e":"aggTrade","E":${time(one.timeMicros)},${body},"T":${time(one.timeMicros)},"m":${one.buyerIsMaker},"M":true}`,
          ),
        );
      }),
  };
}

function avgPrice(data: MarketData, { market, decimals }: SymbolData, name: string): Source {
  return {
    open: (emit) =>
      every(data.markets, MICROS_PER_SECOND, (now) => {
        const price = decimals.priceOfUnits(market.averagePriceUnits());
        const last = market.trades(1)[0]?.timeMicros ?? now;
        emit(
          new StreamFrame(
            name,
            (time) =>
              `{"e":"avgPrice","E":${time(now)},"s":"${market.instrument.symbol}","i":"5m","w":"${price}","T":${time(last)}}`,
          ),
        );
      }),
  };
}

/** No symbol of the exchange has a reference price: the venue then says null. */
function referencePrice(data: MarketData, { market }: SymbolData, name: string): Source {
  return {
    open: (emit) =>
      every(data.markets, MICROS_PER_SECOND, (now) =>
        emit(
          new StreamFrame(
            name,
            (time) =>
              `{"e":"referencePrice","s":"${market.instrument.symbol}","r":null,"t":${time(now)}}`,
          ),
        ),
      ),
  };
}

/** `[["0.16233000","47000.00000000"],…]`. */
export function rowsText(rows: readonly BookRow[], decimals: DecimalWriter): string {
  let text = '[';
  for (const [priceTicks, lots] of rows) {
    if (text.length > 1) text += ',';
    text += `["${decimals.price(priceTicks)}","${decimals.quantity(lots)}"]`;
  }
  return `${text}]`;
}

interface Top {
  readonly bids: readonly BookRow[];
  readonly asks: readonly BookRow[];
}

/** `"b":…,"B":…,"a":…,"A":…`; an empty side is zero. */
export function topText({ bids, asks }: Top, decimals: DecimalWriter): string {
  const [bid = [0, 0], ask = [0, 0]] = [bids[0], asks[0]];
  return `"b":"${decimals.price(bid[0])}","B":"${decimals.quantity(bid[1])}","a":"${decimals.price(ask[0])}","A":"${decimals.quantity(ask[1])}"`;
}
