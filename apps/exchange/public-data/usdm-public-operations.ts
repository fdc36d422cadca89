/** Public questions about USD-M. */
import type { CallParameters } from '#apps/exchange/api/call-parameters.ts';
import type { Operation } from '#apps/exchange/api/operation.ts';
import type { RateLimitTable } from '#apps/exchange/api/rate-limit-table.ts';
import { type Json, VenueError } from '#apps/exchange/api/venue-error.ts';
import type { PublicTrade } from '#apps/exchange/market/symbol-market.ts';
import type { MarketData, SymbolData } from '#apps/exchange/streams/symbol-data.ts';
import { usdmUpdateId } from '#apps/exchange/streams/usdm-streams.ts';
import { formatScaled } from '#units/decimal-text.ts';
import { MICROS_PER_SECOND } from '#units/integers.ts';
import { chosenAggregates, dayFigures, klineRows, levelRows, millis } from './answer-rows.ts';
import {
  chosenSymbols,
  isSingle,
  type PublicTerms,
  publicOperation,
  requiredSymbol,
  rowLimit,
  timeWindow,
} from './public-operation.ts';
import { usdmExchangeInfo } from './usdm-exchange-info.ts';

/** Levels that may be asked for, with what they weigh. */
const DEPTH_WEIGHTS: ReadonlyMap<number, number> = new Map([
  [5, 2],
  [10, 2],
  [20, 2],
  [50, 2],
  [100, 5],
  [500, 10],
  [1_000, 20],
]);
const DEPTH_DEFAULT = 500;
const ROWS_MAX = 1_000;
const KLINES_MAX = 1_500;
const INTEREST = '0.00010000';
const HOUR_MICROS = 3_600 * MICROS_PER_SECOND;
const EIGHT_HOURS_MICROS = 8 * HOUR_MICROS;
const FUNDING_CAP = '0.02000000';

/** What was paid at the last settlements, newest last. */
export interface FundingPaid {
  readonly symbol: string;
  readonly rate: number;
  readonly markPriceUnits: number;
  readonly atMicros: number;
}

/** The table of them. `funding`: what was settled so far. */
export function usdmPublicOperations(
  data: MarketData,
  limits: RateLimitTable,
  funding: () => readonly FundingPaid[],
): Operation[] {
  return [
    ...generalOperations(data, limits),
    ...tradeOperations(data),
    ...tickerOperations(data),
    ...priceOperations(data, funding),
  ];
}

function terms(
  name: string,
  weight: PublicTerms['weight'],
  note: string,
  socketMethod?: string,
): PublicTerms {
  const path = name.startsWith('/') ? name : `/fapi/v1/${name}`;
  return { path, weight, note, ...(socketMethod === undefined ? {} : { socketMethod }) };
}

function generalOperations({ symbols }: MarketData, limits: RateLimitTable): Operation[] {
  return [
    publicOperation(terms('ping', 1, 'answers {}', 'ping'), () => ({})),
    publicOperation(terms('time', 1, "the venue's clock", 'time'), ({ nowMicros }) => ({
      serverTime: millis(nowMicros),
    })),
    publicOperation(terms('exchangeInfo', 1, 'all symbols, always'), ({ nowMicros }) =>
      usdmExchangeInfo([...symbols.values()], limits, millis(nowMicros)),
    ),
    publicOperation(
      terms('depth', depthWeight, '5, 10, 20, 50, 100, 500 or 1000 levels', 'depth'),
      ({ parameters, nowMicros }) => {
        const { market, decimals } = requiredSymbol(symbols, parameters);
        const limit = parameters.optionalInteger('limit') ?? DEPTH_DEFAULT;
        if (!DEPTH_WEIGHTS.has(limit)) {
          throw new VenueError(400, -4021, `${limit} is not valid depth limit`);
        }
        const { bids, asks } = market.depth(limit);
        return {
          lastUpdateId: usdmUpdateId(market.lastUpdateId),
          E: millis(nowMicros),
          T: millis(nowMicros),
          bids: levelRows(bids, decimals),
          asks: levelRows(asks, decimals),
        };
      },
    ),
  ];
}

function tradeOperations({ symbols }: MarketData): Operation[] {
  const recent = (parameters: CallParameters): Json => {
    const found = requiredSymbol(symbols, parameters);
    const fromId = parameters.optionalInteger('fromId');
    const limit = rowLimit(parameters, 500, ROWS_MAX);
    return found.market.trades(limit, fromId).map((trade) => tradeRow(found, trade));
  };
  return [
    publicOperation(terms('trades', 5, 'latest trades'), ({ parameters }) => recent(parameters)),
    publicOperation(terms('historicalTrades', 20, 'trades from an id on'), ({ parameters }) =>
      recent(parameters),
    ),
    publicOperation(terms('aggTrades', 20, 'one row for a taker and a price'), ({ parameters }) => {
      const found = requiredSymbol(symbols, parameters);
      const { decimals } = found;
      return chosenAggregates(found, parameters).map((one) => ({
        a: one.id,
        p: decimals.price(one.priceTicks),
        q: decimals.quantity(one.lots),
        nq: decimals.quantity(one.lots),
        f: one.firstTradeId,
        l: one.lastTradeId,
        T: millis(one.timeMicros),
        m: one.buyerIsMaker,
      }));
    }),
    publicOperation(terms('klines', klineWeight, 'since the exchange began'), ({ parameters }) =>
      klineRows(requiredSymbol(symbols, parameters), parameters, KLINES_MAX),
    ),
  ];
}

function tickerOperations({ symbols }: MarketData): Operation[] {
  const table =
    (row: (found: SymbolData, nowMicros: number) => Json) =>
    ({ parameters, nowMicros }: { parameters: CallParameters; nowMicros: number }): Json => {
      const rows = chosenSymbols(symbols, parameters).map((found) => row(found, nowMicros));
      return isSingle(parameters) ? (rows[0] as Json) : rows;
    };
  const price = table(({ market, decimals }, nowMicros) => ({
    symbol: market.instrument.symbol,
    price: decimals.price(market.lastPriceTicks),
    time: millis(nowMicros),
  }));
  const few = (parameters: CallParameters): number => (isSingle(parameters) ? 1 : 2);
  return [
    publicOperation(
      terms(
        'ticker/bookTicker',
        (parameters) => (isSingle(parameters) ? 2 : 5),
        'best bid and ask',
        'ticker.book',
      ),
      table(({ market, decimals }, nowMicros) => {
        const { bids, asks } = market.depth(1);
        const [bid = [0, 0], ask = [0, 0]] = [bids[0], asks[0]];
        return {
          lastUpdateId: usdmUpdateId(market.lastUpdateId),
          symbol: market.instrument.symbol,
          bidPrice: decimals.price(bid[0]),
          bidQty: decimals.quantity(bid[1]),
          askPrice: decimals.price(ask[0]),
          askQty: decimals.quantity(ask[1]),
          time: millis(nowMicros),
        };
      }),
    ),
    publicOperation(terms('ticker/price', few, 'last price'), price),
    publicOperation(terms('/fapi/v2/ticker/price', few, 'last price', 'ticker.price'), price),
    publicOperation(
      terms('ticker/24hr', (parameters) => (isSingle(parameters) ? 1 : 40), 'the last day'),
      table((found, nowMicros) => dayFigures(found, nowMicros)),
    ),
    publicOperation(terms('openInterest', 1, 'positions of accounts are not counted'), (call) => {
      const { market, decimals } = requiredSymbol(symbols, call.parameters);
      return {
        symbol: market.instrument.symbol,
        openInterest: decimals.quantity(0),
        time: millis(call.nowMicros),
      };
    }),
  ];
}

function priceOperations(
  { symbols, markets }: MarketData,
  funding: () => readonly FundingPaid[],
): Operation[] {
  const weight = (parameters: CallParameters): number => (isSingle(parameters) ? 1 : 10);
  return [
    publicOperation(
      terms('premiumIndex', weight, 'mark, index and funding'),
      ({ parameters, nowMicros }) => {
        const rows = chosenSymbols(symbols, parameters).map((found) =>
          premiumRow(found, nowMicros),
        );
        return isSingle(parameters) ? (rows[0] as Json) : rows;
      },
    ),
    publicOperation(terms('fundingInfo', 1, 'symbols whose interval is not eight hours'), () => {
      const hours = (markets.fundingIntervalMicros ?? EIGHT_HOURS_MICROS) / HOUR_MICROS;
      if (hours === 8) return [];
      return [...symbols.keys()].map((symbol) => ({
        symbol,
        adjustedFundingRateCap: FUNDING_CAP,
        adjustedFundingRateFloor: `-${FUNDING_CAP}`,
        fundingIntervalHours: hours,
        disclaimer: false,
      }));
    }),
    publicOperation(terms('fundingRate', 1, 'settlements since the exchange began'), (call) => {
      const { parameters } = call;
      const only = parameters.optional('symbol');
      const window = timeWindow(parameters);
      const limit = rowLimit(parameters, 100, ROWS_MAX);
      const shown = funding().filter(
        ({ symbol, atMicros }) => (only === undefined || symbol === only) && window.holds(atMicros),
      );
      // With a time to start from the oldest come first, otherwise the latest.
      const rows = parameters.has('startTime') ? shown.slice(0, limit) : shown.slice(-limit);
      return rows.map((paid) => ({
        symbol: paid.symbol,
        fundingRate: formatScaled(paid.rate, 8),
        fundingTime: millis(paid.atMicros),
        markPrice: formatScaled(paid.markPriceUnits, 8),
        rateType: 'Regular',
      }));
    }),
  ];
}

function premiumRow({ market, decimals }: SymbolData, nowMicros: number): Json {
  const mark = decimals.priceOfUnits(market.markPriceUnits);
  return {
    symbol: market.instrument.symbol,
    markPrice: mark,
    indexPrice: decimals.priceOfUnits(market.indexPriceUnits),
    estimatedSettlePrice: mark,
    lastFundingRate: formatScaled(market.fundingRate, 8),
    interestRate: INTEREST,
    nextFundingTime: millis(market.nextFundingMicros),
    time: millis(nowMicros),
  };
}

function tradeRow({ decimals }: SymbolData, trade: PublicTrade): Json {
  return {
    id: trade.tradeId,
    price: decimals.price(trade.priceTicks),
    qty: decimals.quantity(trade.quantityLots),
    quoteQty: decimals.quote(trade.priceTicks * trade.quantityLots),
    time: millis(trade.timeMicros),
    isBuyerMaker: trade.buyerIsMaker,
    isRPITrade: false,
  };
}

function klineWeight(parameters: CallParameters): number {
  const limit = parameters.optionalInteger('limit') ?? 500;
  if (limit < 100) return 1;
  if (limit < 500) return 2;
  return limit <= 1_000 ? 5 : 10;
}

function depthWeight(parameters: CallParameters): number {
  return DEPTH_WEIGHTS.get(parameters.optionalInteger('limit') ?? DEPTH_DEFAULT) ?? 20;
}
