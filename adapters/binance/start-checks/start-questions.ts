/** What is asked and set before trading. */

import type { Parameters } from '#adapters/binance/trading/parameters.ts';
import { Purpose } from '#adapters/binance/trading/rate-limiter.ts';
import type { RequestOutcome } from '#adapters/binance/trading/request-outcome.ts';
import type { HttpMethod } from '#adapters/binance/trading/rest-transport.ts';
import type { TradeLink } from '#adapters/binance/trading/trade-link.ts';
import { Market } from '#contracts/instrument.ts';
import type { DurationMicros } from '#units/integers.ts';

export type MarginType = 'CROSSED' | 'ISOLATED';

/** Answers in the venue's shapes. Nothing rejects because of the venue: see `RequestOutcome`. */
export interface StartQuestions {
  /** Of the key that trades this market; null where the environment offers no such query. */
  keyPermissions(market: Market): Promise<RequestOutcome> | null;
  /** Venue's clock minus ours, measured now; null when it could not be. */
  clockOffset(market: Market): Promise<DurationMicros | null>;
  exchangeInfo(market: Market, symbol: string): Promise<RequestOutcome>;
  commission(market: Market, symbol: string): Promise<RequestOutcome>;
  /** Spot: balances and permissions. Perpetual: the account's configuration. */
  account(market: Market): Promise<RequestOutcome>;
  positionMode(): Promise<RequestOutcome>;
  setOneWay(): Promise<RequestOutcome>;
  multiAssetsMode(): Promise<RequestOutcome>;
  setSingleAsset(): Promise<RequestOutcome>;
  /** Leverage and margin type of a symbol. */
  symbolSettings(symbol: string): Promise<RequestOutcome>;
  setLeverage(symbol: string, leverage: number): Promise<RequestOutcome>;
  setMarginType(symbol: string, marginType: MarginType): Promise<RequestOutcome>;
}

export interface VenueStartQuestionsOptions {
  readonly spot: TradeLink;
  /** Null when nothing is hedged. */
  readonly perpetual: TradeLink | null;
  /** A link to the spot address with the perpetual's key, when that is another one than spot's. */
  readonly perpetualKey?: TradeLink;
  /** Only production tells what a key may do. */
  readonly tellsKeyPermissions: boolean;
  /** `VenueTime.measure` of that market. */
  readonly clockOffset: (market: Market) => Promise<DurationMicros | null>;
}

/** Asks the venue itself, over the links that trade afterwards: their limits count these too. */
export class VenueStartQuestions implements StartQuestions {
  private readonly options: VenueStartQuestionsOptions;

  constructor(options: VenueStartQuestionsOptions) {
    this.options = options;
  }

  keyPermissions(market: Market): Promise<RequestOutcome> | null {
    const { spot, perpetualKey, tellsKeyPermissions } = this.options;
    if (!tellsKeyPermissions) return null;
    const link = market === Market.SPOT ? spot : (perpetualKey ?? spot);
    return ask(link, ['GET', '/sapi/v1/account/apiRestrictions', 1]);
  }

  clockOffset(market: Market): Promise<DurationMicros | null> {
    return this.options.clockOffset(market);
  }

  exchangeInfo(market: Market, symbol: string): Promise<RequestOutcome> {
    if (market === Market.SPOT) {
      const row = ['GET', '/api/v3/exchangeInfo', 20] as const;
      return ask(this.options.spot, row, { symbol }, false);
    }
    return this.askPerpetual(['GET', '/fapi/v1/exchangeInfo', 1], {}, false);
  }

  commission(market: Market, symbol: string): Promise<RequestOutcome> {
    if (market === Market.SPOT) {
      return ask(this.options.spot, ['GET', '/api/v3/account/commission', 20], { symbol });
    }
    return this.askPerpetual(['GET', '/fapi/v1/commissionRate', 20], { symbol });
  }

  account(market: Market): Promise<RequestOutcome> {
    if (market === Market.SPOT) return ask(this.options.spot, ['GET', '/api/v3/account', 20]);
    return this.askPerpetual(['GET', '/fapi/v1/accountConfig', 5]);
  }

  positionMode(): Promise<RequestOutcome> {
    return this.askPerpetual(['GET', '/fapi/v1/positionSide/dual', 30]);
  }

  setOneWay(): Promise<RequestOutcome> {
    const row = ['POST', '/fapi/v1/positionSide/dual', 1] as const;
    return this.askPerpetual(row, { dualSidePosition: 'false' });
  }

  multiAssetsMode(): Promise<RequestOutcome> {
    return this.askPerpetual(['GET', '/fapi/v1/multiAssetsMargin', 30]);
  }

  setSingleAsset(): Promise<RequestOutcome> {
    const row = ['POST', '/fapi/v1/multiAssetsMargin', 1] as const;
    return this.askPerpetual(row, { multiAssetsMargin: 'false' });
  }

  symbolSettings(symbol: string): Promise<RequestOutcome> {
    return this.askPerpetual(['GET', '/fapi/v1/symbolConfig', 5], { symbol });
  }

  setLeverage(symbol: string, leverage: number): Promise<RequestOutcome> {
    return this.askPerpetual(['POST', '/fapi/v1/leverage', 1], { symbol, leverage });
  }

  setMarginType(symbol: string, marginType: MarginType): Promise<RequestOutcome> {
    return this.askPerpetual(['POST', '/fapi/v1/marginType', 1], { symbol, marginType });
  }

  private askPerpetual(
    row: Row,
    parameters: Parameters = {},
    isSigned = true,
  ): Promise<RequestOutcome> {
    const { perpetual } = this.options;
    if (perpetual !== null) return ask(perpetual, row, parameters, isSigned);
    return Promise.resolve({ kind: 'NOT_SENT', why: 'nothing is hedged' });
  }
}

type Row = readonly [method: HttpMethod, path: string, weight: number];

function ask(
  link: TradeLink,
  [method, path, weight]: Row,
  parameters: Parameters = {},
  isSigned = true,
): Promise<RequestOutcome> {
  const cost = { purpose: Purpose.QUESTION, weight, orders: 0 };
  return link.request({ webSocketMethod: '', method, path, parameters, isSigned, cost });
}
