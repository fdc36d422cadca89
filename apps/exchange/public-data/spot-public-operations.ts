/** Public questions about spot, over REST and the WebSocket API. */
import type { CallParameters } from '#apps/exchange/api/call-parameters.ts';
import type { Operation } from '#apps/exchange/api/operation.ts';
import type { RateLimitTable } from '#apps/exchange/api/rate-limit-table.ts';
import { type Json, VenueError } from '#apps/exchange/api/venue-error.ts';
import type { PublicTrade } from '#apps/exchange/market/symbol-market.ts';
import type { MarketData, SymbolData } from '#apps/exchange/streams/symbol-data.ts';
import { chosenAggregates, dayFigures, klineRows, levelRows, millis } from './answer-rows.ts';
import {
  chosenSymbols,
  isSingle,
  type PublicTerms,
  publicOperation,
  requiredSymbol,
  rowLimit,
  textList,
} from './public-operation.ts';
import {
  SPOT_PERMISSION,
  SPOT_STATUSES,
  spotExchangeInfo,
  spotStatus,
} from './spot-exchange-info.ts';

const DEPTH_MAX = 5_000;
const ROWS_MAX = 1_000;

/** The table of them. */
export function spotPublicOperations(data: MarketData, limits: RateLimitTable): Operation[] {
  return [...generalOperations(data, limits), ...tradeOperations(data), ...tickerOperations(data)];
}

function terms(
  name: string,
  socketMethod: string | undefined,
  weight: PublicTerms['weight'],
  note: string,
): PublicTerms {
  const path = `/api/v3/${name}`;
  return { path, weight, note, ...(socketMethod === undefined ? {} : { socketMethod }) };
}

function generalOperations(data: MarketData, limits: RateLimitTable): Operation[] {
  const { symbols } = data;
  return [
    publicOperation(terms('ping', 'ping', 1, 'answers {}'), () => ({})),
    publicOperation(terms('time', 'time', 1, "the venue's clock"), ({ nowMicros }) => ({
      serverTime: millis(nowMicros),
    })),
    publicOperation(
      terms(
        'exchangeInfo',
        'exchangeInfo',
        20,
        'symbols, filters, limits; symbol, symbols, permissions, symbolStatus, showPermissionSets',
      ),
      ({ parameters, nowMicros }) =>
        spotExchangeInfo(
          describedSymbols(symbols, parameters),
          limits,
          millis(nowMicros),
          parameters.optionalFlag('showPermissionSets') ?? true,
        ),
    ),
    publicOperation(
      terms('executionRules', 'executionRules', 2, 'no symbol has a price range rule'),
      ({ parameters }) => ({
        symbolRules: chosenSymbols(symbols, parameters).map(({ market }) => ({
          symbol: market.instrument.symbol,
          rules: [],
        })),
      }),
    ),
    publicOperation(
      terms('referencePrice', 'referencePrice', 2, 'never set: -2043'),
      ({ parameters }) => {
        requiredSymbol(symbols, parameters);
        throw new VenueError(400, -2043, 'This symbol has no reference price.');
      },
    ),
    publicOperation(
      terms('depth', 'depth', depthWeight, 'up to 5000 levels a side'),
      ({ parameters }) => {
        const { market, decimals } = requiredSymbol(symbols, parameters);
        const { bids, asks } = market.depth(rowLimit(parameters, 100, DEPTH_MAX));
        return {
          lastUpdateId: market.lastUpdateId,
          bids: levelRows(bids, decimals),
          asks: levelRows(asks, decimals),
        };
      },
    ),
  ];
}

/** Symbols by name, or by permission and status. Throws -1128 for both at once. */
function describedSymbols(
  symbols: MarketData['symbols'],
  parameters: CallParameters,
): readonly SymbolData[] {
  const status = parameters.optionalWord('symbolStatus', SPOT_STATUSES, -1122);
  const permissions = parameters.optional('permissions');
  const isNamed = parameters.has('symbol') || parameters.has('symbols');
  if (isNamed && (status !== undefined || permissions !== undefined)) {
    throw new VenueError(400, -1128, 'Combination of optional parameters invalid.');
  }
  const wanted =
    permissions?.startsWith('[') === true ? textList('permissions', permissions) : [permissions];
  if (permissions !== undefined && !wanted.includes(SPOT_PERMISSION)) return [];
  return chosenSymbols(symbols, parameters).filter(
    ({ market }) => status === undefined || spotStatus(market.instrument) === status,
  );
}

function tradeOperations({ symbols }: MarketData): Operation[] {
  const recent = (found: SymbolData, parameters: CallParameters): Json => {
    const fromId = parameters.optionalInteger('fromId');
    const limit = rowLimit(parameters, 500, ROWS_MAX);
    return found.market.trades(limit, fromId).map((trade) => tradeRow(found, trade));
  };
  return [
    publicOperation(terms('trades', 'trades.recent', 25, 'latest trades'), ({ parameters }) =>
      recent(requiredSymbol(symbols, parameters), parameters),
    ),
    publicOperation(
      terms('historicalTrades', 'trades.historical', 25, 'trades from an id on'),
      ({ parameters }) => recent(requiredSymbol(symbols, parameters), parameters),
    ),
    publicOperation(
      terms('aggTrades', 'trades.aggregate', 4, 'one row for a taker and a price'),
      ({ parameters }) => {
        const found = requiredSymbol(symbols, parameters);
        const { decimals } = found;
        return chosenAggregates(found, parameters).map((one) => ({
          a: one.id,
          p: decimals.price(one.priceTicks),
          q: decimals.quantity(one.lots),
          f: one.firstTradeId,
          l: one.lastTradeId,
          T: millis(one.timeMicros),
          m: one.buyerIsMaker,
          M: true,
        }));
      },
    ),
    publicOperation(terms('klines', 'klines', 2, 'since the exchange began'), ({ parameters }) =>
      klineRows(requiredSymbol(symbols, parameters), parameters, ROWS_MAX),
    ),
    publicOperation(terms('uiKlines', 'uiKlines', 2, 'the same'), ({ parameters }) =>
      klineRows(requiredSymbol(symbols, parameters), parameters, ROWS_MAX),
    ),
    publicOperation(
      terms('historicalBlockTrades', undefined, 25, 'nobody trades blocks: an empty list'),
      ({ parameters }) => {
        requiredSymbol(symbols, parameters);
        return [];
      },
    ),
    publicOperation(
      terms('avgPrice', 'avgPrice', 2, 'average of five minutes'),
      ({ parameters, nowMicros }) => {
        const { market, decimals } = requiredSymbol(symbols, parameters);
        return {
          mins: 5,
          price: decimals.priceOfUnits(market.averagePriceUnits()),
          closeTime: millis(market.trades(1)[0]?.timeMicros ?? nowMicros),
        };
      },
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
  const weight = (parameters: CallParameters): number => (isSingle(parameters) ? 2 : 4);
  return [
    publicOperation(
      terms('ticker/bookTicker', 'ticker.book', weight, 'best bid and ask'),
      table((found) => bookTickerRow(found)),
    ),
    publicOperation(
      terms('ticker/price', 'ticker.price', weight, 'last price'),
      table(({ market, decimals }) => ({
        symbol: market.instrument.symbol,
        price: decimals.price(market.lastPriceTicks),
      })),
    ),
    publicOperation(
      terms('ticker/24hr', 'ticker.24hr', dayWeight, 'the last day, since the exchange began'),
      table((found, nowMicros) => {
        const { bidPrice, bidQty, askPrice, askQty } = bookTickerRow(found);
        const figures = dayFigures(found, nowMicros);
        const { openPrice } = figures;
        return { ...figures, prevClosePrice: openPrice, bidPrice, bidQty, askPrice, askQty };
      }),
    ),
    publicOperation(
      terms('ticker/tradingDay', 'ticker.tradingDay', 4, 'as 24hr'),
      table((found, nowMicros) => dayFigures(found, nowMicros)),
    ),
    publicOperation(
      terms('ticker', 'ticker', 4, 'as 24hr, whatever windowSize says'),
      table((found, nowMicros) => dayFigures(found, nowMicros)),
    ),
  ];
}

function bookTickerRow({ market, decimals }: SymbolData) {
  const { bids, asks } = market.depth(1);
  const [bid = [0, 0], ask = [0, 0]] = [bids[0], asks[0]];
  return {
    symbol: market.instrument.symbol,
    bidPrice: decimals.price(bid[0]),
    bidQty: decimals.quantity(bid[1]),
    askPrice: decimals.price(ask[0]),
    askQty: decimals.quantity(ask[1]),
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
    isBestMatch: true,
  };
}

/** Naming symbols makes it cheap. */
function dayWeight(parameters: CallParameters): number {
  return parameters.has('symbol') || parameters.has('symbols') ? 2 : 80;
}

function depthWeight(parameters: CallParameters): number {
  const limit = parameters.optionalInteger('limit') ?? 100;
  if (limit <= 100) return 5;
  if (limit <= 500) return 25;
  return limit <= 1_000 ? 50 : 250;
}
