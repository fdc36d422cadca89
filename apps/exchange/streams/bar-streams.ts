/** Streams made of candles: klines, and the last day's figures. */
import { MICROS_PER_SECOND } from '#units/integers.ts';
import { barOpenMicros, type Candle, INTERVALS, nextOpenMicros } from './candles.ts';
import type { DecimalWriter } from './decimal-writer.ts';
import { StreamFrame, type WriteTime } from './stream-frame.ts';
import { every, type StreamSource } from './stream-source.ts';
import type { MarketData, SymbolData } from './symbol-data.ts';

type Source = StreamSource<StreamFrame>;
export type MarketName = 'spot' | 'usdm';

const DAY_MICROS = 86_400 * MICROS_PER_SECOND;
/** Spot's bars may follow a clock ahead of UTC: the one the venue has is that of UTC+8. */
const OFFSETS: ReadonlyMap<string, number> = new Map([
  ['', 0],
  ['+08:00', 8 * 3_600 * MICROS_PER_SECOND],
]);

/** `kind`: `kline_1m`; `zone`: nothing, or `+08:00`. Null for an interval or zone that the venue has not. */
export function klineSource(
  data: MarketData,
  { market, candles, decimals }: SymbolData,
  name: string,
  kind: string,
  venue: MarketName,
  zone = '',
): Source | null {
  const label = kind.slice('kline_'.length);
  const interval = INTERVALS.get(label);
  const offset = OFFSETS.get(zone);
  if (interval === undefined || offset === undefined) return null;
  if (venue === 'usdm' && label === '1s') return null;
  const pause = label === '1s' || venue === 'usdm' ? MICROS_PER_SECOND : 2 * MICROS_PER_SECOND;
  const { symbol } = market.instrument;
  return {
    open: (emit) => {
      let openBar = -1;
      const tell = (bar: Candle, isClosed: boolean, now: number): void =>
        emit(
          new StreamFrame(name, (time) => {
            const end = nextOpenMicros(interval, bar.openMicros, offset);
            const kline = klineText(bar, decimals, { symbol, label, end, isClosed, time });
            const st = venue === 'usdm' ? ',"st":1' : '';
            return `{"e":"kline","E":${time(now)},"s":"${symbol}","k":${kline}${st}}`;
          }),
        );
      return every(data.markets, pause, (now) => {
        const at = barOpenMicros(interval, now, offset);
        const done = openBar >= 0 && openBar < at ? candles.barAt(interval, openBar, offset) : null;
        if (done !== null) tell(done, true, now);
        openBar = at;
        const bar = candles.barAt(interval, now, offset);
        if (bar !== null) tell(bar, false, now);
      });
    },
  };
}

interface KlineTerms {
  readonly symbol: string;
  readonly label: string;
  /** When the next bar opens, microseconds. */
  readonly end: number;
  readonly isClosed: boolean;
  readonly time: WriteTime;
}

function klineText(bar: Candle, decimals: DecimalWriter, terms: KlineTerms): string {
  const { symbol, label, end, isClosed, time } = terms;
  // The venue's bars end one unit of its time before the next one: a millisecond, or a microsecond.
  const last = Number(time(end)) - 1;
  return (
    `{"t":${time(bar.openMicros)},"T":${last},"s":"${symbol}","i":"${label}","f":${bar.firstTradeId},"L":${bar.lastTradeId},` +
    `"o":"${decimals.price(bar.open)}","c":"${decimals.price(bar.close)}","h":"${decimals.price(bar.high)}","l":"${decimals.price(bar.low)}",` +
    `"v":"${decimals.quantity(bar.lots)}","n":${bar.trades},"x":${isClosed},"q":"${decimals.quote(bar.notional)}",` +
    `"V":"${decimals.quantity(bar.takerBuyLots)}","Q":"${decimals.quote(bar.takerBuyNotional)}","B":"0"}`
  );
}

/** One symbol every second, or all of them in one list. */
export function miniTickerSource(
  data: MarketData,
  name: string,
  venue: MarketName,
  only?: SymbolData,
): Source {
  const shown = only === undefined ? [...data.symbols.values()] : [only];
  return {
    open: (emit) =>
      every(data.markets, MICROS_PER_SECOND, (now) => {
        const write = (time: WriteTime): string => {
          const texts = shown.flatMap((one) => miniTickerText(one, now, venue, time) ?? []);
          return only === undefined ? `[${texts.join(',')}]` : (texts[0] ?? '');
        };
        if (shown.some(({ candles }) => candles.day(now) !== null)) {
          emit(new StreamFrame(name, write));
        }
      }),
  };
}

function miniTickerText(
  { market, candles, decimals }: SymbolData,
  now: number,
  venue: MarketName,
  time: WriteTime,
): string | null {
  const day = candles.day(now);
  if (day === null) return null;
  const st = venue === 'usdm' ? ',"st":1' : '';
  return `{"e":"24hrMiniTicker","E":${time(now)},"s":"${market.instrument.symbol}","c":"${decimals.price(day.close)}","o":"${decimals.price(day.open)}","h":"${decimals.price(day.high)}","l":"${decimals.price(day.low)}","v":"${decimals.quantity(day.lots)}","q":"${decimals.quote(day.notional)}"${st}}`;
}

/** The rolling day of one symbol, every second. */
export function tickerSource(
  data: MarketData,
  found: SymbolData,
  name: string,
  venue: MarketName,
): Source {
  return {
    open: (emit) =>
      every(data.markets, MICROS_PER_SECOND, (now) => {
        const day = found.candles.day(now);
        if (day === null) return;
        emit(new StreamFrame(name, (time) => tickerText(found, day, { now, venue, time })));
      }),
  };
}

interface TickerTerms {
  readonly now: number;
  readonly venue: MarketName;
  readonly time: WriteTime;
}

function tickerText(
  { market, decimals }: SymbolData,
  day: Candle,
  { now, venue, time }: TickerTerms,
): string {
  const change = day.close - day.open;
  const percent = ((100 * change) / day.open).toFixed(3);
  const sign = change < 0 ? '-' : '';
  const average = decimals.price(Math.round(day.lots === 0 ? day.close : day.notional / day.lots));
  const last = market.trades(1)[0];
  const quantity = decimals.quantity(last?.quantityLots ?? 0);
  const [bid = [0, 0]] = market.depth(1).bids;
  const [ask = [0, 0]] = market.depth(1).asks;
  const top =
    venue === 'spot'
      ? `"b":"${decimals.price(bid[0])}","B":"${decimals.quantity(bid[1])}","a":"${decimals.price(ask[0])}","A":"${decimals.quantity(ask[1])}",`
      : '';
  const previous = venue === 'spot' ? `"x":"${decimals.price(day.open)}",` : '';
  return (
    `{"e":"24hrTicker","E":${time(now)},"s":"${market.instrument.symbol}","p":"${sign}${decimals.price(Math.abs(change))}","P":"${percent}","w":"${average}",${previous}` +
    `"c":"${decimals.price(day.close)}","Q":"${quantity}",${top}"o":"${decimals.price(day.open)}","h":"${decimals.price(day.high)}","l":"${decimals.price(day.low)}",` +
    `"v":"${decimals.quantity(day.lots)}","q":"${decimals.quote(day.notional)}","O":${time(now - DAY_MICROS)},"C":${time(now)},"F":${day.firstTradeId},"L":${day.lastTradeId},"n":${day.trades}${venue === 'usdm' ? ',"st":1' : ''}}`
  );
}
