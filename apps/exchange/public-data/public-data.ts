/** What everybody may know: the public parts of both markets, for `exchange.ts` to serve. */
import type { MarketParts } from '#apps/exchange/api/exchange-services.ts';
import type { RateLimitTable } from '#apps/exchange/api/rate-limit-table.ts';
import type { ExchangeMarkets } from '#apps/exchange/market/symbol-market.ts';
import { sbeStreamDoor } from '#apps/exchange/streams/sbe-door.ts';
import { spotStreamDoor, usdmStreamDoors } from '#apps/exchange/streams/stream-doors.ts';
import { marketData } from '#apps/exchange/streams/symbol-data.ts';
import { spotPublicOperations } from './spot-public-operations.ts';
import { type FundingPaid, usdmPublicOperations } from './usdm-public-operations.ts';

export interface PublicDataOptions {
  readonly markets: ExchangeMarkets;
  readonly spotLimits: RateLimitTable;
  readonly usdmLimits: RateLimitTable;
  /** True: paths that the venue has retired are served, too. */
  readonly isLegacy: boolean;
  /** Whether a key may open binary streams: Ed25519 keys may. */
  readonly mayReadBinary: (apiKey: string) => boolean;
}

export interface PublicData {
  readonly spot: MarketParts;
  readonly usdm: MarketParts;
  /** For a port of its own: the paths are those of the text streams. */
  readonly sbe: MarketParts;
}

export function openPublicData(options: PublicDataOptions): PublicData {
  const { markets, spotLimits, usdmLimits, isLegacy, mayReadBinary } = options;
  const spot = marketData(markets, markets.spot);
  const usdm = marketData(markets, markets.usdm);
  const paid: FundingPaid[] = [];
  markets.onFunding((symbol, rate, markPriceUnits, atMicros) => {
    paid.push({ symbol, rate, markPriceUnits, atMicros });
    if (paid.length > FUNDING_KEPT_MAX) paid.shift();
  });
  return {
    spot: {
      operations: spotPublicOperations(spot, spotLimits),
      doors: [spotStreamDoor(spot)],
    },
    usdm: {
      operations: usdmPublicOperations(usdm, usdmLimits, () => paid),
      doors: usdmStreamDoors(usdm, isLegacy),
    },
    sbe: { operations: [], doors: [sbeStreamDoor(spot, mayReadBinary)] },
  };
}

const FUNDING_KEPT_MAX = 1_000;
